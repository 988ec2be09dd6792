"""Bytes in, notes out: each reader yields a Note or a ReadError for each note, and never stops at a bad one."""

from chartgap.readers.decoding import DecodedNote, decode
from chartgap.readers.formats import READERS, Reader
from chartgap.readers.places import is_note_file, is_read, read_notes

__all__ = ["READERS", "DecodedNote", "Reader", "decode", "is_note_file", "is_read", "read_notes"]
