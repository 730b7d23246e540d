"""The commands that need no mesh: kat, run, model show, store check. Exit codes, output for programs, and bad input."""

import json
import os
import pathlib
import resource
import shutil
import struct
import subprocess
import tempfile
import unittest

import mesh as m

SYNERGY = pathlib.Path(os.environ["SYNERGY_BIN"]) / "synergy"
ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/data/known-answers"
OK, FAILED, USAGE, CONFIG, ENVIRONMENT, STORE, NO_MESH = 0, 1, 2, 3, 4, 5, 6
BODY = ROOT / "deploy/bodies/four-78000.yaml"


def synergy(*arguments, **environment):
    done = subprocess.run([SYNERGY, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                          env={**m.ENVIRONMENT, **environment})
    return done.returncode, done.stdout, done.stderr


def npy(path, kind, shape, data):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {tuple(shape)}, }}".ljust(117) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)
    return path


class Temporary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Kat(Temporary):
    def copy(self):
        return pathlib.Path(shutil.copytree(GOLDEN / "MAX78000/cropped-rows", self.folder / "cropped-rows"))

    def test_a_tree_a_device_and_a_case_pass(self):
        for folder, cases in ((GOLDEN / "MAX78000/cropped-rows", 1), (GOLDEN / "MAX78002", 2), (GOLDEN, 15)):
            code, out, _ = synergy("kat", folder, "--json")
            report = json.loads(out)
            self.assertEqual(code, OK)
            self.assertGreaterEqual(report["summary"]["cases"], cases)
            self.assertEqual(report["summary"]["passed"], report["summary"]["cases"])
            self.assertEqual(report["summary"]["failed"], 0)
            self.assertEqual(len(report["cases"]), report["summary"]["cases"])

    def test_the_fast_path_passes(self):
        self.assertEqual(synergy("kat", GOLDEN, "--path", "fast")[0], OK)

    def test_text_has_a_line_a_case_and_the_summary(self):
        code, out, _ = synergy("kat", GOLDEN / "MAX78000/cropped-rows")
        self.assertEqual(code, OK)
        self.assertIn("MAX78000/cropped-rows: ok\n", out)
        self.assertIn("cases 1, passed 1, failed 0, layers 2, mismatching layers 0, cycle mismatches 0\n", out)

    def test_a_mismatch_fails_and_is_named(self):
        case = self.copy()
        network = case / "network.json"
        network.write_text(network.read_text().replace('"activation": "none"', '"activation": "relu"', 1))
        code, out, _ = synergy("kat", case)
        self.assertEqual(code, FAILED)
        self.assertIn("cropped-rows: FAIL layer 0: ", out)
        code, out, _ = synergy("kat", "--json", case)
        self.assertEqual(code, FAILED)
        self.assertEqual(json.loads(out)["cases"][0]["mismatching_layers"], [0, 1])

    def test_damage_fails_and_the_file_is_named(self):
        for file in ("input.npy", "weights_1.npy", "layer_1.npy", "mem/kmem_words.npy"):
            case = self.copy()
            data = bytearray((case / file).read_bytes())
            data[-1] ^= 1
            (case / file).write_bytes(data)
            code, out, _ = synergy("kat", case)
            self.assertEqual(code, FAILED)
            self.assertIn(pathlib.Path(file).name, out)
            (case / file).write_bytes(data[:-5])
            code, out, _ = synergy("kat", case)
            self.assertEqual(code, FAILED)
            self.assertIn(pathlib.Path(file).name, out)
            shutil.rmtree(case)

    def test_a_damaged_case_does_not_hide_the_others(self):
        bad = self.copy()
        (bad / "timing.json").write_text("{")
        code, out, _ = synergy("kat", "--json", bad, GOLDEN / "MAX78000/transposed")
        self.assertEqual(code, FAILED)
        summary = json.loads(out)["summary"]
        self.assertEqual((summary["cases"], summary["passed"], summary["unreadable"]), (2, 1, 1))

    def test_a_folder_without_cases_fails(self):
        for folder in (self.folder, self.folder / "nowhere"):
            code, out, _ = synergy("kat", folder)
            self.assertEqual(code, FAILED)
            self.assertIn(str(folder), out)

    def test_wrong_flags_are_usage(self):
        for arguments in ((), (GOLDEN, "--path", "slow"), (GOLDEN, "--nonsense")):
            self.assertEqual(synergy("kat", *arguments)[0], USAGE)


class Classify(Temporary):
    """What a person sees of a model's answers without knowing the right ones."""
    DIGITS = ROOT / "deploy/models/digits"
    IMAGES, LABELS = DIGITS / "heldout/images.npy", DIGITS / "heldout/labels.npy"

    def classify(self, model, images, *arguments):
        code, out, err = synergy("classify", model, "--images", images, *arguments)
        self.assertEqual(code, OK, err)
        return out

    def raw_digits(self):
        model = shutil.copytree(self.DIGITS, self.folder / "raw")
        description = model / "model.yaml"
        description.write_text(description.read_text().replace("result: argmax", "result: raw"))
        return model

    def test_without_labels_each_class_is_shown(self):
        out = self.classify(self.DIGITS, self.IMAGES)
        self.assertIn("  picture 3: 3, value 142336\n", out)
        self.assertRegex(out, "classes: (\\d x \\d+(, )?){10}\n")
        report = json.loads(self.classify(self.DIGITS, self.IMAGES, "--json"))
        self.assertEqual(len(report["answers"]), 100)
        self.assertEqual(report["answers"][3]["label"], 3)
        self.assertEqual(sum(found["count"] for found in report["classes"]), 100)
        self.assertIsNone(report["accuracy_percent"])

    def test_labels_give_the_accuracy(self):
        report = json.loads(self.classify(self.DIGITS, self.IMAGES, "--labels", self.LABELS, "--json"))
        self.assertGreaterEqual(report["accuracy_percent"], 95)

    def test_raw_values_are_shown_and_have_no_classes(self):
        model = self.raw_digits()
        self.assertIn("  picture 0: 10 values: 175125 -61492 ", self.classify(model, self.IMAGES))
        code, _, err = synergy("classify", model, "--images", self.IMAGES, "--labels", self.LABELS)
        self.assertEqual(code, CONFIG)
        self.assertIn("the model's result is raw, which has no classes", err)

    def test_a_map_is_counted_by_class_and_compared_by_pixel(self):
        unet = ROOT / "deploy/models/unet"
        data = bytes(i * 7 % 256 for i in range(48 * 48 * 48))
        images = npy(self.folder / "map.npy", "|u1", (1, 48, 48, 48), data)
        report = json.loads(self.classify(unet, images, "--json"))
        answer = report["answers"][0]
        self.assertIsNone(answer["label"])
        self.assertEqual(sum(found["count"] for found in answer["pixels"]), 48 * 48)
        self.assertEqual(report["pixels"], answer["pixels"])
        most = answer["pixels"][0]
        labels = npy(self.folder / "labels.npy", "|u1", (1, 48, 48), bytes([most["label"]]) * 48 * 48)
        with_labels = json.loads(self.classify(unet, images, "--labels", labels, "--json"))
        self.assertAlmostEqual(with_labels["accuracy_percent"], 100 * most["count"] / 48 ** 2)
        code, out, _ = synergy("run", "unet", "--input", npy(self.folder / "one.npy", "|u1", (48, 48, 48), data))
        self.assertEqual(code, OK)
        self.assertIn(f"map of 2304 pixels: {most['label']} x {most['count']}", out)


class Run(Temporary):
    def setUp(self):
        super().setUp()
        data = bytes((i * 7) % 256 for i in range(784))
        self.input = npy(self.folder / "input.npy", "|i1", (1, 28, 28), data)
        self.pixels = npy(self.folder / "pixels.npy", "|u1", (28, 28), bytes(b ^ 0x80 for b in data))
        wide = b"".join(struct.pack("<q", b - 256 if b > 127 else b) for b in data)
        self.wide = npy(self.folder / "wide.npy", "<i8", (1, 28, 28), wide)

    def run_digits(self, *arguments):
        code, out, err = synergy("run", "digits", "--json", *arguments)
        self.assertEqual(code, OK, err)
        return json.loads(out)

    def test_every_split_gives_the_same_bytes(self):
        whole = self.run_digits("--input", self.input)
        self.assertEqual(whole["chunks"][0]["layers"], "0-4")
        self.assertEqual(whole["shape"], "10 x 1 x 1")
        for cuts, device in (("1", "MAX78000"), ("2,4", "MAX78000"), ("1,2,3,4", "MAX78002"), ("conv3", "MAX78000")):
            split = self.run_digits("--input", self.input, "--split", cuts, "--device", device)
            self.assertEqual(split["output_sha256"], whole["output_sha256"])
            self.assertEqual(len(split["chunks"]), cuts.count(",") + 2)
            self.assertEqual((split["label"], split["score"]), (whole["label"], whole["score"]))
            self.assertEqual(split["device"], device)
            self.assertAlmostEqual(split["time_us"], sum(chunk["time_us"] for chunk in split["chunks"]))

    def test_pixels_and_wide_integers_are_the_same_input(self):
        whole = self.run_digits("--input", self.input)
        self.assertEqual(self.run_digits("--input", self.pixels)["output_sha256"], whole["output_sha256"])
        self.assertEqual(self.run_digits("--input", self.wide)["output_sha256"], whole["output_sha256"])

    def test_both_paths_give_the_same_bytes(self):
        reference = self.run_digits("--input", self.input)
        fast = self.run_digits("--input", self.input, "--path", "fast", "--split", "2")
        self.assertEqual(fast["output_sha256"], reference["output_sha256"])
        self.assertNotEqual(fast["instruction_set"], "")
        self.assertEqual(reference["instruction_set"], "")

    def test_a_model_may_be_a_folder(self):
        code, out, _ = synergy("run", ROOT / "deploy/models/digits", "--input", self.input)
        self.assertEqual(code, OK)
        self.assertIn("label ", out)

    def test_bad_input_is_told(self):
        short = npy(self.folder / "short.npy", "|i1", (5,), b"12345")
        real = npy(self.folder / "real.npy", "<f4", (784,), bytes(4 * 784))
        far = npy(self.folder / "far.npy", "<i8", (784,), struct.pack("<q", 128) * 784)
        for arguments, told in (
            (("digits", "--input", short), "has the shape (5,); the model's input is 1 x 28 x 28"),
            (("digits", "--input", real), "integers"),
            (("digits", "--input", far), "entry 0"),
            (("digits", "--input", self.folder / "gone.npy"), "gone.npy"),
            (("digit", "--input", self.input), "digits"),
            (("digits", "--input", self.input, "--split", "9"), "no layer '9'"),
            (("digits", "--input", self.input, "--split", "0"), "clean are 1 2 3 4"),
        ):
            code, out, err = synergy("run", *arguments)
            self.assertEqual((code, out), (CONFIG, ""), arguments)
            self.assertIn(told, err)

    def test_wrong_flags_are_usage(self):
        for arguments in (("digits",), ("digits", "--input", self.input, "--device", "MAX78001"),
                          ("digits", "--input", self.input, "--path", "slow")):
            self.assertEqual(synergy("run", *arguments)[0], USAGE)


class ModelShow(Temporary):
    def test_layers_memory_cycles_and_cuts(self):
        code, out, _ = synergy("model", "show", "digits", "--device", "MAX78000", "--json")
        self.assertEqual(code, OK)
        model = json.loads(out)
        self.assertEqual([layer["cycles"] for layer in model["layers"]], [48956, 16664, 4012, 332, 192])
        self.assertEqual(model["cycles"], 70157)
        self.assertEqual([layer["first_column"] for layer in model["layers"]], [0, 0, 60, 116, 128])
        self.assertEqual(model["clean_cuts"], [1, 2, 3, 4])
        self.assertEqual([device["fits"] for device in model["devices"]], [True, True])

    def test_text_names_every_layer(self):
        code, out, _ = synergy("model", "show", "digits")
        self.assertEqual(code, OK)
        for word in ("conv1", "conv4", "fc", "MAX78000: fits", "clean cuts before layers: 1 2 3 4"):
            self.assertIn(word, out)

    def test_what_is_quoted_is_not_obeyed_by_the_terminal(self):
        request = self.folder / "red.yaml"
        request.write_text('app: "\\e[31mred"\nmodel: digits\nsensing: {needs: camera}\ninteraction: {needs: display}\n')
        code, out, err = synergy("solve", "--body", BODY, "--app", request)
        self.assertEqual((code, out), (CONFIG, ""))
        self.assertNotIn("\x1b", err)
        self.assertIn("\\x1b[31mred", err)

    def test_a_run_folder_without_a_name_is_told(self):
        self.assertEqual(synergy("--run-dir", "", "run-folder")[0], CONFIG)
        code, _, err = synergy("--run-dir", "", "running")
        self.assertEqual(code, CONFIG)
        self.assertIn("the run folder has no name", err)

    def test_unknown_models_and_flags_are_told(self):
        self.assertEqual(synergy("model", "show", "nope")[0], CONFIG)
        self.assertEqual(synergy("model", "show")[0], USAGE)
        self.assertEqual(synergy("store")[0], USAGE)
        self.assertEqual(synergy("model")[0], OK)
        self.assertEqual(synergy("model", "show", "digits", "--device", "tpu")[0], USAGE)


class StoreCheck(Temporary):
    """Its output: tests/unit/cli. Here the exit codes, and what is no store file."""

    def test_what_is_no_store_file_is_told(self):
        (self.folder / "text.db").write_text("x" * 5000)
        os.mkfifo(self.folder / "pipe.db")
        for name, expected in (("none.db", CONFIG), ("text.db", STORE), ("pipe.db", ENVIRONMENT), (".", ENVIRONMENT)):
            code, out, err = synergy("store", "check", self.folder / name)
            self.assertEqual((code, out), (expected, ""), name)
            self.assertIn(str(self.folder / name), err)
        self.assertEqual(sorted(f.name for f in self.folder.iterdir()), ["pipe.db", "text.db"])

    def test_without_a_file_it_looks_into_the_run_folder(self):
        code, _, err = synergy("store", "check", SYNERGY_RUN_DIR=str(self.folder), SYNERGY_STORE="")
        self.assertEqual(code, CONFIG)
        self.assertIn(f"{self.folder}/mesh.db", err)


class Output(Temporary):
    """Where outcomes go: files, pipes, devices, full disks."""

    def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(self):
        file = self.folder / "compose.yaml"
        file.write_text("old")
        self.assertEqual(synergy("compose", "--body", BODY, "-o", file)[0], OK)
        self.assertEqual(file.read_text(), synergy("compose", "--body", BODY)[1])
        link = self.folder / "link.yaml"
        link.symlink_to(file)
        file.write_text("old")
        self.assertEqual(synergy("compose", "--body", BODY, "-o", link)[0], OK)
        self.assertTrue(link.is_symlink())
        self.assertIn("services:", file.read_text())
        self.assertEqual(sorted(f.name for f in self.folder.iterdir()), ["compose.yaml", "link.yaml"])

    def test_a_pipe_is_written_to(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
        self.addCleanup(reader.kill)  # left behind, it would hold the test's output open, and CTest waits for that
        self.assertEqual(synergy("compose", "--body", BODY, "-o", pipe)[0], OK)
        self.assertIn("services:", reader.communicate(timeout=60)[0])
        self.assertTrue(pipe.is_fifo())

    def test_what_can_not_be_written_is_told(self):
        for place in (self.folder, self.folder / "no/such/folder/file", "/dev/full"):
            code, _, err = synergy("compose", "--body", BODY, "-o", place)
            self.assertEqual(code, ENVIRONMENT, place)
            self.assertIn(str(place), err)
        with open("/dev/full", "w", encoding="ascii") as full:
            for command in (["schema"], ["model", "show", "digits", "--json"]):
                done = subprocess.run([SYNERGY, *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(done.returncode, ENVIRONMENT)
                self.assertIn("standard output", done.stderr)

    def test_a_disk_that_is_full_leaves_what_was_there(self):
        small = 100  # bytes that a file may have
        for command in (["schema", "--files", "schemas"], ["workload", "-o", "load"], ["man", "--out", "pages"]):
            def run(**more):
                return subprocess.run([SYNERGY, *command], cwd=self.folder, capture_output=True, text=True, timeout=60, **more)
            def found():
                return {file: file.read_text() for file in self.folder.rglob("*") if file.is_file()}
            self.assertEqual(run().returncode, OK)
            before = found()
            full = run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (small, small)), restore_signals=False)
            self.assertEqual(full.returncode, ENVIRONMENT, command)
            self.assertIn("can not be written: File too large", full.stderr)
            self.assertEqual(found(), before)

    def test_the_flag_goes_before_the_environment(self):
        for command in (["model", "show", "digits"], ["compose", "--body", BODY]):
            self.assertEqual(synergy(*command, "--deploy", ROOT / "deploy", SYNERGY_DEPLOY="/nonexistent")[0], OK)
            self.assertEqual(synergy(*command, SYNERGY_DEPLOY="/nonexistent")[0], CONFIG)

    def test_a_run_folder_that_no_path_can_name_is_told(self):
        code, _, err = synergy("services", "--run-dir", "/" + "x" * 5000)
        self.assertEqual(code, NO_MESH)
        self.assertIn("no mesh answers", err)

    def test_only_commands_with_a_value_offer_json(self):
        for command in ("processes", "workload", "compose", "supervisor", "health"):
            self.assertNotIn("--json", synergy(command, "--help")[1])
        self.assertIn("--json", synergy("services", "--help")[1])
        self.assertEqual(synergy("health", "broker", "--wait", "nan")[0], USAGE)


if __name__ == "__main__":
    unittest.main()
