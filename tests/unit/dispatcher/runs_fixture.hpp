// Runs with the parts of the dispatcher below them, over ports by hand. The test puts plans in force.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "manual_ports.hpp"
#include "synergy/dispatcher/runs.hpp"

namespace synergy::dispatcher_test {

class RunsFixture : public testing::Test {
 protected:
  ManualPorts world;
  dispatcher::Apps apps;
  dispatcher::BodyWatch body{world.now()};
  dispatcher::StoreQueue store{
      world.ports(),
      apps,
      {[] {}, [this] { runs.grant_due(); }, [](const AppId&) {}, [] {},
       [this](const std::vector<schemas::RunRecord>& kept) { fed.were_kept(kept); }}};
  dispatcher::FedFrames fed{world.ports(), apps, store, [this] { runs.grant_due(); }};
  dispatcher::Deployment deployment{world.ports(),
                                    body,
                                    {[this](const std::string& why) { runs.are_lost(why); },
                                     [this] {
                                       runs.plan_is_served({});
                                       runs.grant_due();
                                     },
                                     [](const auto&) {}}};
  std::vector<std::string> said;
  dispatcher::Runs runs{world.ports(),
                        apps,
                        deployment,
                        store,
                        fed,
                        {[this](const std::string& why) { said.push_back("disturbed: " + why); },
                         [this](const AppId& app) { said.push_back(app.text() + " finished"); }}};

  void serve(schemas::CollaborationPlan plan) {
    deployment.put_in_force(std::move(plan), {});
    world.all_take_in();
  }
};

}  // namespace synergy::dispatcher_test
