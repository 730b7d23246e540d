"""synergy solve, simulate, explain, bench planner, workload: what scripts rely on, and bad input."""

import json
import pathlib
import shutil

import test_commands
from test_commands import CONFIG, FAILED, OK, ROOT, USAGE, synergy

DEPLOY = ROOT / "deploy"
BODY = DEPLOY / "bodies/four-78000.yaml"
KEYS = {"policy", "objective", "status", "objective_value", "bound", "gap", "rounds_per_second", "pipelines", "units",
        "memory", "planning_ms"}


class Planning(test_commands.Temporary):
    def deploy(self):
        """A copy of deploy/ to spoil."""
        return pathlib.Path(shutil.copytree(DEPLOY, self.folder / "deploy"))

    def changed(self, file, old, new):
        path = self.deploy() / file
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))
        return self.folder / "deploy"

    def app(self, name="app.yaml", **changes):
        lines = {"app": "digits", "model": "digits", "sensing": "{needs: camera}", "interaction": "{needs: display}"}
        lines.update(changes)
        path = self.folder / name
        path.write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
        return path

    def refused(self, *arguments, says, code=CONFIG):
        got, out, error = synergy("solve", *arguments)
        self.assertEqual(got, code, error)
        for part in says if isinstance(says, list) else [says]:
            self.assertIn(part, error)
        return out


class Solve(Planning):
    def test_the_json_has_what_scripts_rely_on(self):
        code, out, error = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w1", "--json")
        self.assertEqual((code, error), (OK, ""))
        report = json.loads(out)
        self.assertLessEqual(KEYS, set(report))
        self.assertEqual(report["status"], "optimal")
        self.assertEqual(report["gap"], 0)
        self.assertEqual(len(report["pipelines"]), 3)
        for line in report["pipelines"]:
            self.assertLessEqual({"app", "share", "source", "target", "chunks", "latency_us", "energy_uj", "runs_per_second",
                                  "runs_per_cycle", "cycle_us", "paced", "bottleneck"}, set(line))
            self.assertLessEqual({"device", "first_layer", "last_layer"}, set(line["chunks"][0]))
        self.assertLessEqual({"device", "unit", "busy_us_per_cycle"}, set(report["units"][0]))
        self.assertLessEqual({"device", "weight_bytes", "bias_bytes", "layers"}, set(report["memory"][0]))

    def test_every_policy_objective_and_overlap_answers(self):
        policies = ["min-dev", "max-dev", "pri-min-dev", "pri-max-dev", "ind-model", "joint-model", "ind-e2e", "synergy",
                    "optimal", "optimal-mixed"]
        for policy in policies:
            for objective in ("rounds", "latency", "energy"):
                for overlap in ("on", "off"):
                    code, out, _ = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w2", "--policy", policy,
                                           "--objective", objective, "--overlap", overlap, "--json")
                    report = json.loads(out)
                    claims = policy.startswith("optimal")
                    self.assertIn(report["status"], ("optimal", "bounded", "oor") if claims else ("heuristic", "oor"))
                    self.assertEqual(code == OK, report["status"] != "oor")
                    self.assertEqual((report["policy"], report["objective"]), (policy, objective))

    def test_the_older_name_of_rounds_is_understood(self):
        code, out, _ = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w1", "--objective", "throughput", "--json")
        self.assertEqual((code, json.loads(out)["objective"]), (OK, "rounds"))

    def test_a_rate_below_the_minimum_is_refused(self):
        self.refused("--body", BODY, "--app", self.app(rate="5", min_rate="10"),
                     says=["'rate' is 5, below 'min_rate', which is 10", "app.yaml:5:7: "])

    def test_min_dev_and_ind_e2e_are_oor_on_w1_and_say_of_what(self):
        for policy in ("min-dev", "ind-e2e"):
            out = self.refused("--body", BODY, "--app", DEPLOY / "apps/w1", "--policy", policy, "--json",
                               says=["OOR", "glasses", "at most"], code=FAILED)
            report = json.loads(out)
            self.assertEqual(report["status"], "oor")
            for figure in ("objective_value", "rounds_per_second", "latency_us", "worst_latency_us", "energy_uj"):
                self.assertIsNone(report[figure], figure)

    def test_equal_nodes_give_the_same_plan(self):
        plans = []
        for name in ("a.json", "b.json"):
            synergy("solve", "--body", DEPLOY / "bodies/mixed-4.yaml", "--app", DEPLOY / "apps/w4", "--budget-nodes", 3000,
                    "-o", self.folder / name)
            plans.append((self.folder / name).read_bytes())
        self.assertEqual(*plans)

    def test_planning_beside_a_running_plan(self):
        running = self.folder / "running.json"
        synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w2", "-o", running)
        code, out, _ = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w2", "--running", running, "--json")
        self.assertEqual(code, OK)
        move = json.loads(out)["move"]
        self.assertEqual((move["apps"], move["weight_bytes"], move["runs_to_drain"]), ([], 0, 0))
        code, out, _ = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w2", "--app", DEPLOY / "apps/digits.yaml",
                               "--running", running, "--json")
        self.assertEqual(code, OK)
        move = json.loads(out)["move"]
        self.assertIn("digits", move["apps"])
        self.assertGreater(move["weight_bytes"], 0)

    def test_flags_that_are_wrong(self):
        body = ["--body", BODY, "--app", DEPLOY / "apps/w1"]
        self.refused(*body, "--policy", "best", says=["unknown policy 'best'", "optimal-mixed"])
        self.refused(*body, "--objective", "speed", says=["speed", "rounds"])
        self.refused(*body, "--residency", "some", says=["some", "reload"])
        self.refused(*body, "--overlap", "maybe", says="--overlap", code=USAGE)
        for wrong in ("-1", "0", "nan", "inf", "1e300", "soon", ""):
            self.refused(*body, "--budget-ms", wrong, says="--budget-ms", code=USAGE)
            self.refused(*body, "--running", "x", "--horizon-s", wrong, says="--horizon-s", code=USAGE)
            self.assertEqual(synergy("bench", "planner", "--budget-ms", wrong)[0], USAGE)
        self.refused(*body, "--budget-ms", "5", "--budget-nodes", "5", says="--budget", code=USAGE)
        self.refused(*body, "--link", "smoke", says=["smoke", "ble-2m"])
        self.refused(*body, "--running", self.folder / "no.json", says="no.json")
        for wrong in ("-3", "99999999999999999999999", "1.5"):
            self.refused(*body, "--running", wrong, says=wrong)
        for content in (b"", b"{}", b"[1, 2", bytes(range(256)), b"id: -1\n"):
            (self.folder / "spoilt.json").write_bytes(content)
            self.refused(*body, "--running", self.folder / "spoilt.json", says="spoilt.json")
        self.refused("--body", BODY, says="--app", code=USAGE)

    def test_files_that_are_missing_or_wrong(self):
        self.refused("--body", self.folder / "no.yaml", "--app", DEPLOY / "apps/w1", says="no.yaml")
        self.refused("--body", BODY, "--app", self.folder / "no.yaml", says="no.yaml")
        self.refused("--body", BODY, "--app", self.folder, says="no app files")
        self.refused("--body", BODY, "--app", self.app(model="nix"), says=["nix", "digits"])
        self.refused("--body", BODY, "--app", self.app(prio="3"), says=["prio", "known"])
        self.refused("--body", BODY, "--app", self.app(min_rate="-3"), says="min_rate")
        self.refused("--body", BODY, "--app", self.app(), "--app", self.app("again.yaml"), says="digits")

    def test_links_and_times_that_are_wrong(self):
        link = "links/esp8266-uart-921600.yaml"
        text = (DEPLOY / link).read_text()
        rate = next(line for line in text.splitlines() if line.startswith("bytes_per_second"))
        for bad in ("-5", ".nan", "1.0e-300"):
            deploy = self.changed(link, rate, "bytes_per_second: {value: " + bad + ", mark: assumed}")
            self.refused("--body", deploy / "bodies/four-78000.yaml", "--app", deploy / "apps/w2", "--budget-nodes", 1000,
                         says="bytes_per_second")
            shutil.rmtree(deploy)
        deploy = self.changed("devices/max78000.yaml", "startup_us: {value: ", "startup_us: {value: -")
        self.refused("--body", deploy / "bodies/four-78000.yaml", "--app", deploy / "apps/w2", says="startup_us")

    def test_the_same_device_twice(self):
        deploy = self.deploy()
        body = deploy / "bodies/four-78000.yaml"
        body.write_text(body.read_text().replace("earbud", "watch"))
        self.refused("--body", body, "--app", deploy / "apps/w2", says="watch")

    def test_a_source_that_is_also_the_target(self):
        app = self.app(sensing="{needs: camera, on: glasses}", interaction="{needs: display, on: glasses}")
        code, out, _ = synergy("solve", "--body", BODY, "--app", app, "--json")
        self.assertEqual(code, OK)
        self.assertEqual(json.loads(out)["status"], "optimal")

    def test_what_can_not_be_served_says_why(self):
        self.refused("--body", BODY, "--app", self.app(at_least_devices=9), says=["at_least_devices", "4"], code=FAILED)
        self.refused("--body", BODY, "--app", self.app(sensing="{needs: x-ray}"), says=["x-ray"], code=FAILED)
        self.refused("--body", BODY, "--app", self.app(deadline_us=1), says="deadline", code=FAILED)
        self.refused("--body", BODY, "--app", self.app(min_rate=1000000), says="min_rate", code=FAILED)

    def test_a_thousand_apps_obey_the_budget(self):
        apps = self.folder / "apps"
        apps.mkdir()
        for n in range(1000):
            self.app(f"apps/{n:04}.yaml", app=f"digits-{n}")
        code, out, error = synergy("solve", "--body", BODY, "--app", apps, "--budget-ms", 500, "--json")
        self.assertEqual(code, FAILED, error)
        self.assertIn(json.loads(out)["status"], ("budget_spent", "infeasible", "oor"))

    def test_a_budget_too_small_for_the_search_still_gives_a_plan(self):
        for flag, ended_by in (("--budget-ms", "time"), ("--budget-nodes", "nodes")):
            code, out, error = synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w1", flag, 1, "--json")
            self.assertEqual(code, OK, error)
            report = json.loads(out)
            self.assertEqual((report["status"], report["stopped_by"]), ("bounded", ended_by))
            self.assertEqual(error, "", "progress is for terminals")


class Others(Planning):
    def test_a_virtual_run_has_the_computed_rate(self):
        for policy in ("synergy", "optimal-mixed"):
            code, out, _ = synergy("simulate", "--body", BODY, "--app", DEPLOY / "apps/w1", "--link", "wired-spi", "--policy",
                                   policy, "--rounds", 600, "--json")
            self.assertEqual(code, OK)
            self.assertLess(abs(json.loads(out)["difference_percent"]), 0.1)

    def test_a_day_without_a_name_is_told_so(self):
        code, _, error = synergy("simulate", "--body", BODY, "--events", "")
        self.assertEqual((code, error), (CONFIG, "synergy: --events names no file\n"))

    def test_explain_reads_what_solve_wrote(self):
        plan = self.folder / "plan.json"
        synergy("solve", "--body", BODY, "--app", DEPLOY / "apps/w1", "-o", plan)
        code, out, _ = synergy("explain", plan)
        self.assertEqual(code, OK)
        for part in ("bounded by", "What each unit has to do", "Memory", "glasses accelerator"):
            self.assertIn(part, out)
        plan.write_text(plan.read_text()[:-500])
        self.assertEqual(synergy("explain", plan)[0], CONFIG)
        for option in (["--app", "nosuch"], ["--policy", "optimal"], ["--link", "ble-2m"], ["--objective", "sum"]):
            code, _, err = synergy("explain", *option)  # of the mesh's plan these would say nothing
            self.assertEqual(code, USAGE, option)
            self.assertIn("--body", err)

    def test_the_bench_writes_table_chart_and_csv(self):
        code, out, _ = synergy("bench", "planner", "--deploy", DEPLOY, "--workload", "w1", "--objective", "rounds", "--overlap", "on",
                               "--residency", "resident", "--link", "wired-spi", "-o", self.folder, "--json")
        self.assertEqual(code, OK)
        report = json.loads(out)
        self.assertEqual(report["behind"], [])
        self.assertEqual(len(report["rows"]), 10)
        for row in report["rows"]:
            self.assertLessEqual({"workload", "link", "policy", "objective", "overlap", "status", "objective_value", "bound",
                                  "gap", "rounds_per_second", "latency_us", "energy_uj", "planning_ms"}, set(row))
        self.assertEqual(len(list(self.folder.glob("*.csv"))), 1)
        for chart in self.folder.glob("*.svg"):
            self.assertTrue(chart.read_text().startswith("<svg"))

    def test_a_generated_workload_can_be_planned(self):
        code, out, _ = synergy("workload", "--pipelines", 3, "--devices", 3, "-o", self.folder)
        self.assertEqual(code, OK)
        body, apps = out.split()
        code, out, _ = synergy("solve", "--deploy", DEPLOY, "--body", body, "--app", apps, "--json")
        report = json.loads(out)
        self.assertIn(report["status"], ("optimal", "bounded", "infeasible"))
        self.assertNotIn("sensing", report["reason"], "its sensors serve every model")
        self.assertEqual(synergy("workload", "--pipelines", 0)[0], USAGE)


del test_commands.Temporary  # not to be run again from here
