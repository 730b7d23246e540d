"""Text of strangers made safe to show, by the rule of `schemas/base/include/synergy/base/visible_text.hpp`."""

from __future__ import annotations

import re

# Control characters, what turns the direction of writing or ends a line, and (as surrogates) bytes that are no UTF-8.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _written_out(found: re.Match[str]) -> str:
    of_bytes = "\udc80" <= found[0] <= "\udcff"
    return "".join(f"\\x{byte:02x}" for byte in found[0].encode("utf-8", "surrogateescape" if of_bytes else "surrogatepass"))


def visible(text: str) -> str:
    """The text with every character that a terminal may obey written out as ``\\x1b``; clean text as it is."""
    return _HARMFUL.sub(_written_out, text)
