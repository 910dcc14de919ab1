"""The streams of a compound file, the container of older Office documents ([MS-CFB] of Microsoft).

Only what is needed to look into a workbook before it is opened: which streams there are, and the bytes of one.
"""

from __future__ import annotations

import struct

from pipelines.errors import BadInput
from pipelines.ingest.precheck import EXPORT_AGAIN

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTRY_BYTES = 128
LAST_REGULAR_SECTOR = 0xFFFFFFFA
SECTORS_IN_HEADER = 109
SECTOR_COUNTS = (44, 64, 72)
"""Where the header says how many sectors its three tables take."""
ROOT, STREAM = 5, 2
DAMAGES = (struct.error, IndexError, OverflowError)


class CompoundFile:
    """A compound file in memory. Raises BadInput, here and in `read`, when it is damaged."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except DAMAGES as error:
            raise _damaged() from error

    def _open(self, data: bytes) -> None:
        sector_shift, self._mini_shift = struct.unpack_from("<HH", data, 30)
        if not (7 <= sector_shift <= 16 and 4 <= self._mini_shift <= sector_shift):
            raise IndexError(sector_shift)
        if any(struct.unpack_from("<I", data, at)[0] > len(data) >> sector_shift for at in SECTOR_COUNTS):
            raise IndexError("more sectors than there are bytes")
        directory, self._mini_limit, self._mini_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
        self._sectors = _cut(data, 1 << sector_shift)[1:]
        self._table = _numbers(b"".join(self._sectors[number] for number in self._table_sectors(data)))
        self._root = LAST_REGULAR_SECTOR
        self._places: dict[str, tuple[int, int]] = {}
        for entry in _cut(_chain(self._sectors, self._table, directory), ENTRY_BYTES):
            start, length = struct.unpack_from("<IQ", entry, 116)
            if entry[66] in (ROOT, STREAM) and length > len(data):
                # Whoever reserves room for what an entry claims may not get it.
                raise IndexError("a stream longer than the file")
            if entry[66] == ROOT:
                self._root = start
            elif entry[66] == STREAM:
                name_bytes = min(max(struct.unpack_from("<H", entry, 64)[0], 2), 64)
                self._places[entry[: name_bytes - 2].decode("utf-16-le", errors="replace")] = start, length
        for chain in (self._root, self._mini_start):  # whoever opens the file follows these first
            _chain(self._sectors, self._table, chain)

    @property
    def names(self) -> frozenset[str]:
        """Names of the streams, wherever they stand in the tree."""
        return frozenset(self._places)

    def read(self, name: str) -> bytes:
        """The bytes of a stream. Raises KeyError for a name that is not in `names`."""
        start, length = self._places[name]
        try:
            if length >= self._mini_limit:
                return _chain(self._sectors, self._table, start)[:length]
            mini_sectors = _cut(_chain(self._sectors, self._table, self._root), 1 << self._mini_shift)
            mini_table = _numbers(_chain(self._sectors, self._table, self._mini_start))
            return _chain(mini_sectors, mini_table, start)[:length]
        except DAMAGES as error:
            raise _damaged() from error

    def _table_sectors(self, data: bytes) -> list[int]:
        """Numbers of the sectors with the allocation table: in the header, then in a chain of sectors of their own."""
        numbers = list(struct.unpack_from(f"<{SECTORS_IN_HEADER}I", data, 76))
        following = struct.unpack_from("<I", data, 68)[0]
        while following < LAST_REGULAR_SECTOR:
            if len(numbers) > SECTORS_IN_HEADER + len(self._sectors) * len(self._sectors[0]) // 4:
                raise IndexError("a chain that never ends")
            *more, following = _numbers(self._sectors[following])
            numbers += more
        return [number for number in numbers if number < LAST_REGULAR_SECTOR][: len(self._sectors)]


def _chain(sectors: list[bytes], table: list[int], start: int) -> bytes:
    """The bytes of the sectors that follow one another from `start`. Raises IndexError when they go in a ring."""
    parts: list[bytes] = []
    number = start
    while number < LAST_REGULAR_SECTOR:
        if len(parts) == len(sectors):
            raise IndexError("a chain that never ends")
        parts.append(sectors[number])
        number = table[number]
    return b"".join(parts)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[place : place + size] for place in range(0, len(data), size)]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _damaged() -> BadInput:
    return BadInput("Excelfilen är skadad eller ofullständig.", fix_sv=EXPORT_AGAIN)
