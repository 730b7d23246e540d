"""Frames of arrays and files are those that `synergy feed` makes of them; what is none says what to do."""

import array
import pathlib
import struct
import tempfile
import unittest

from bench import ROOT

from synergy_mesh import Frame, InvalidError, Layout, NotFoundError, new_frame_id, read_npy
from synergy_mesh.messages import ElementType

HELDOUT = ROOT / "deploy/models/digits/heldout/images.npy"


def npy(kind, shape, data, version=1, fortran=False):
    header = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(header).to_bytes(2 if version == 1 else 4, "little") + header + data


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "frames.npy"

    def read(self, *arguments, **more):
        self.file.write_bytes(npy(*arguments, **more))
        return read_npy(self.file)

    def test_pixels_are_made_less_128(self):
        frames = read_npy(HELDOUT)
        raw = HELDOUT.read_bytes()[-100 * 784:]
        self.assertEqual(len(frames), 100)
        self.assertEqual((frames[7].shape, frames[7].dtype, frames[7].layout), ((28, 28), ElementType.INT8, Layout.CHW))
        self.assertEqual(frames[7].data, bytes((pixel - 128) % 256 for pixel in raw[7 * 784:8 * 784]))

    def test_signed_bytes_and_wider_integers_are_the_input(self):
        for kind, data in [("|i1", bytes([1, 255])), ("<i8", struct.pack("<2q", 1, -1)), (">i2", struct.pack(">2h", 1, -1)),
                           ("<i4", struct.pack("<2i", 1, -1))]:
            with self.subTest(kind=kind):
                self.assertEqual([frame.data for frame in self.read(kind, (2, 1), data)], [b"\x01", b"\xff"])
        self.assertEqual(len(self.read("|u1", (3, 2), bytes(6), version=2)), 3)

    def test_what_is_no_frame_says_why(self):
        for arguments, says in [(("<f4", (1, 1), bytes(4)), "must hold integers, holds <f4"),
                                (("<i4", (1, 1), struct.pack("<i", 200)), "entry 0 is not within -128 to 127"),
                                (("|u1", (5,), bytes(5)), r"has the shape \(5,\); frames are an array \(N, ...\)"),
                                (("|u1", (2, 0), b""), "has the shape"),
                                (("|u1", (2, 3), bytes(5)), "has 5 values, and its shape"),
                                (("|u1", "__import__('os')", b""), "its header is damaged")]:
            with self.subTest(says=says), self.assertRaisesRegex(InvalidError, says):
                self.read(*arguments)
        with self.assertRaisesRegex(InvalidError, "Fortran"):
            self.read("|u1", (2, 2), bytes(4), fortran=True)
        self.file.write_bytes(b"no array")
        with self.assertRaisesRegex(InvalidError, "is no .npy file"):
            read_npy(self.file)
        with self.assertRaisesRegex(NotFoundError, "no such file"):
            read_npy("nowhere.npy")


class Arrays(unittest.TestCase):
    def test_whatever_has_a_buffer_of_bytes(self):
        frame = Frame.of(memoryview(bytes(6)).cast("B", (2, 3)))
        self.assertEqual((frame.shape, frame.dtype, frame.data), ((2, 3), ElementType.UINT8, bytes(6)))
        self.assertEqual(Frame.of(array.array("b", [-1])).dtype, ElementType.INT8)
        self.assertEqual(Frame.of(frame), frame)
        message = Frame.of(bytes(12), layout=Layout.HWC).message("camera", "x")
        self.assertEqual((message.shape, message.layout, message.id, message.sensor), ([12], Layout.HWC, "x", "camera"))

    def test_what_is_none_says_what_to_give(self):
        for wrong, says in [(array.array("d", [1.0]), "an array of 'd' is no frame: give it as int8"),
                            ([1, 2], "a list is no frame: give a Frame, or an array of bytes"), (bytes(0), "a byte a value")]:
            with self.subTest(wrong=wrong), self.assertRaisesRegex(InvalidError, says):
                Frame.of(wrong)
        with self.assertRaisesRegex(InvalidError, r"a frame of shape \(2, 2\) with 3 bytes"):
            Frame((2, 2), bytes(3))

    def test_ids_differ(self):
        self.assertEqual(len({new_frame_id() for _ in range(1000)}), 1000)


if __name__ == "__main__":
    unittest.main()
