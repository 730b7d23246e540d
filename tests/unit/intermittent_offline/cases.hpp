// Cases of deploy/: models on the committed device without a battery.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <utility>

#include "synergy/intermittent_offline/case.hpp"

namespace synergy::intermittent_offline {

inline documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

inline Case case_of(const std::string& model, double capacitance_uf, const std::string& trace = "rf-room-1") {
  Question question;
  question.model = model;
  question.device = "max78000-harvested";
  question.trace = trace;
  question.capacitance_uf = capacitance_uf;
  auto read = read_case(deploy_folder(), question);
  EXPECT_TRUE(read) << read.error().message;
  return std::move(*read);
}

inline schemas::HarvestRecording recording(std::uint64_t duration_us, std::vector<schemas::HarvestRow> rows) {
  schemas::HarvestRecording made;
  made.name = "made";
  made.duration_us = duration_us;
  made.rows = std::move(rows);
  return made;
}

}  // namespace synergy::intermittent_offline
