"""No include runs back up: rooms.txt says which room may use which, and every include and link is compared with it.

`test_rooms.py` runs the tests; `test_rooms.py --print` shows what each room uses today.
"""
import collections
import pathlib
import posixpath
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+)>)')
TARGET = re.compile(r'synergy_(library|program)\(([^()]*)\)')


class Table:
    """What rooms.txt permits. Raises ValueError, with the line, where it contradicts itself."""

    def __init__(self, text):
        self.direct, self.allowed, self.outside = {}, {}, {}
        for number, line in enumerate(text.splitlines(), 1):
            room, *uses = line.split('#')[0].split() or ['']
            if not room:
                continue
            unknown = [use for use in uses if use != '-' and use not in self.direct]
            if not uses or unknown or room in self.direct:
                raise ValueError(f'rooms.txt:{number}: {room} names what is not above it: {unknown}' if unknown else
                                 f'rooms.txt:{number}: {room} stands twice, or says nothing')
            if room.startswith('<'):
                self.outside[room] = set(uses)
                continue
            self.direct[room] = set(uses) - {'-'}
            self.allowed[room] = {room}.union(*(self.allowed[use] for use in self.direct[room]))

    def room_of(self, path):
        """The room of a file, None where no line covers it."""
        return max((room for room in self.direct if path == room or path.startswith(room + '/')), key=len, default=None)

    def may_include(self, room, header):
        rooms = [rooms for prefix, rooms in self.outside.items() if header.startswith(prefix)]
        return all(room in those for those in rooms)


class Tree:
    """The sources and CMake files below `root`; `problems` says, with file and line, what the table forbids."""

    def __init__(self, root, paths, table):
        self.root, self.table = root, table
        self.problems, self.used = [], collections.defaultdict(set)
        self.sources = [path for path in paths if path.endswith(('.cpp', '.hpp'))]
        self.public = {path.split('/include/', 1)[1]: path for path in self.sources if '/include/' in path}
        for path in self.sources:
            if table.room_of(path) is None:
                self.problems.append(f'{path}: rooms.txt has no room for it')
            else:
                self._read_includes(path)
        targets = [found for path in paths if path.endswith('CMakeLists.txt') for found in self._targets(path)]
        libraries = {name: room for _, _, name, room, _ in targets}
        for path, line, _, room, links in targets:
            for link in links:
                if link not in libraries:
                    self.problems.append(f'{path}:{line}: nothing makes synergy::{link}')
                else:
                    self._use(path, line, room, libraries[link], f'links synergy::{link} of')

    def _use(self, path, line, room, other, how):
        self.used[room].add(other)
        if other not in self.table.allowed[room]:
            self.problems.append(f'{path}:{line}: {how} {other}, which {room} may not use (tests/rooms.txt)')

    def _read_includes(self, path):
        room = self.table.room_of(path)
        for number, line in enumerate((self.root / path).read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            ours, outside = found.groups()
            header = '<' + ours if ours else outside  # Highway is included by quotes
            if not self.table.may_include(room, header):
                self.problems.append(f'{path}:{number}: {room} may not include {header[1:]} (tests/rooms.txt)')
            if not ours or any(header.startswith(prefix) for prefix in self.table.outside):
                continue
            target = self._find(path, ours)
            if target is None:
                self.problems.append(f'{path}:{number}: no header of that name: {ours}')
            else:
                self._use(path, number, room, self.table.room_of(target), f'includes {ours} of')

    def _find(self, path, name):
        """The file that an include means: a public header, one beside the file, or one of a src/ folder."""
        if name in self.public:
            return self.public[name]
        room = self.table.room_of(path)
        folder = path.rsplit('/', 1)[0]
        near = [posixpath.normpath(f'{place}/{name}') for place in (folder, f'{room}/src')]
        far = [source for source in self.sources if source.endswith('/' + name)]
        return next((source for source in near if source in self.sources), None) or next(iter(far), None)

    def _targets(self, path):
        folder = path.rsplit('/', 1)[0]
        text = re.sub(r'#[^\n]*', '', (self.root / path).read_text())
        for found in TARGET.finditer(text):
            name, *words = found[2].split()
            line = text[:found.start()].count('\n') + 1
            place = f'{folder}/{words[0]}' if found[1] == 'program' else f'{folder}/CMakeLists.txt'
            room = self.table.room_of(place)
            if room is None:
                self.problems.append(f'{path}:{line}: rooms.txt has no room for {place}')
            else:
                yield path, line, name, room, [word[9:] for word in words if word.startswith('synergy::')]

    def unused(self):
        """What the table permits by name and nobody needs."""
        return [f'rooms.txt: {room} does not use {use} any more: take it out of its line'
                for room, uses in self.table.direct.items() for use in sorted(uses - self.used[room])]


def repository():
    paths = subprocess.run(['git', 'ls-files', '-c', '-o', '--exclude-standard', '*.cpp', '*.hpp', '*CMakeLists.txt'],
                           cwd=ROOT, check=True, capture_output=True, text=True).stdout.split('\n')
    paths = [path for path in paths if '/' in path and not path.startswith('tests/') and (ROOT / path).is_file()]
    return Tree(ROOT, paths, Table((ROOT / 'tests/rooms.txt').read_text()))


class Repository(unittest.TestCase):
    def test_nobody_uses_what_the_table_does_not_permit(self):
        tree = repository()
        self.assertGreater(len(tree.sources), 100)
        self.assertEqual([], tree.problems, '\n' + '\n'.join(tree.problems))

    def test_the_table_permits_nothing_that_nobody_needs(self):
        unused = repository().unused()
        self.assertEqual([], unused, '\n' + '\n'.join(unused))


class Faults(unittest.TestCase):
    """Each fault is found, in a small tree of its own."""
    TABLE = 'low -\nhigh low\nhigh/main.cpp high\n<zmq low'

    def problems(self, files, table=TABLE):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            everywhere = {'low/include/synergy/low/a.hpp': '', 'high/include/synergy/high/b.hpp': '', **files}
            for path, text in everywhere.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
            return Tree(root, list(everywhere), Table(table)).problems

    def test_an_include_down_is_permitted(self):
        self.assertEqual([], self.problems({'high/src/b.cpp': '#include "synergy/low/a.hpp"\n'}))

    def test_an_include_up_is_found(self):
        self.assertEqual(
            ['low/src/a.cpp:2: includes synergy/high/b.hpp of high, which low may not use (tests/rooms.txt)'],
            self.problems({'low/src/a.cpp': '// \n#include "synergy/high/b.hpp"\n'}))

    def test_an_include_of_a_private_header_of_another_room_is_found(self):
        problems = self.problems({'low/src/a.cpp': '#include "inside.hpp"\n', 'high/src/inside.hpp': ''})
        self.assertEqual(1, len(problems))
        self.assertIn('low/src/a.cpp:1: includes inside.hpp of high', problems[0])

    def test_a_link_up_is_found(self):
        problems = self.problems({
            'low/CMakeLists.txt': '# links\nsynergy_library(low\n  SOURCES a.cpp\n  LINK synergy::high)\n',
            'high/CMakeLists.txt': 'synergy_library(high SOURCES b.cpp)\nsynergy_program(tool main.cpp synergy::high)'})
        self.assertEqual(
            ['low/CMakeLists.txt:2: links synergy::high of high, which low may not use (tests/rooms.txt)'], problems)

    def test_a_library_of_others_is_found_outside_its_rooms(self):
        self.assertEqual([], self.problems({'low/src/a.cpp': '#include <zmq.hpp>\n#include <vector>\n'}))
        self.assertEqual(['high/src/b.cpp:1: high may not include zmq.hpp (tests/rooms.txt)'],
                         self.problems({'high/src/b.cpp': '#include <zmq.hpp>\n'}))

    def test_a_file_without_a_room_is_found(self):
        self.assertEqual(['attic/c.cpp: rooms.txt has no room for it'], self.problems({'attic/c.cpp': ''}))

    def test_a_table_can_not_name_what_stands_below(self):
        with self.assertRaisesRegex(ValueError, 'rooms.txt:1: low names what is not above it'):
            Table('low high\nhigh -')


if __name__ == '__main__':
    if sys.argv[1:] == ['--print']:
        for room_name, used in repository().used.items():
            print(f'{room_name:35}', *sorted(used - {room_name}))
    else:
        unittest.main()
