"""XML as a stream: one small tree per entry, exact lines, no entities declared by the document.

Only entries that malformed XML touches are lost: reading continues at the next line that starts an entry.
"""

import xml.parsers.expat as expat
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element, TreeBuilder

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.entries import Entry
from papersieve.pipeline.extract.ledger import EXCERPT_CHARS, Fate
from papersieve.pipeline.extract.open_dump import OpenDump
from papersieve.pipeline.extract.shared.xml_asked import Asked, XmlLine, bare, told

_PIECE = 1 << 16

#: The most lines of an entry, since its lines are kept until it ends.
_ENTRY_LINES = 100_000


def read_xml(dump: OpenDump, asked: Asked) -> Iterator[Entry | None]:
    """Entries of the elements that are asked for, in document order; malformed XML is rejected.

    Raises DumpError if the document declares entities, since XML bombs are made of them.
    """
    return _Stream(dump, asked).read()


class _Stream:
    """Feeds lines to expat, and settles their fates once it has passed them."""

    def __init__(self, dump: OpenDump, asked: Asked) -> None:
        self.dump, self.asked, self.restart = dump, asked, asked.starts()
        self.lines: list[XmlLine] = []
        self.done: list[tuple[int, int, Element | None, str]] = []
        self.fault: str | None = None
        self.parents: list[str] = [asked.within or "rest"]
        self.entries_at = asked.depth
        self._start_parser(0)

    def _start_parser(self, base: int) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse_entity
        self.parser.SkippedEntityHandler = self._skipped
        self.base = base
        self.builder: TreeBuilder | None = None
        self.stack: list[str] = []
        self.inside = 0
        self.is_aside = False
        self.opened_at = 0
        self.bytes = 0
        self.trouble: str | None = None

    def read(self) -> Iterator[Entry | None]:
        offset = 0
        for piece in self.dump.pieces(_PIECE):
            if not self.lines or self.lines[-1].number != piece.line:
                self.lines.append(XmlLine(piece.line, offset))
                if self.fault and self.restart.match(piece.data):
                    self._restart(offset)
            line = self.lines[-1]
            line.length += len(piece.data)
            line.excerpt += piece.data[: EXCERPT_CHARS - len(line.excerpt)]
            line.is_blank = line.is_blank and not piece.data.strip()
            data = piece.data
            if offset == self.base:  # no white space may come before an XML declaration
                data = data.lstrip()
                self.base += len(piece.data) - len(data)
            offset += len(piece.data)
            if not self.fault:
                self._feed(data, offset)
            yield from self._finished()
            if piece.ends:
                if self.inside and not self.trouble and len(self.lines) > _ENTRY_LINES:
                    self._give_up("entry_too_large", f"an entry of more than {_ENTRY_LINES:,} lines")
                self._settle()
                yield None
        if not self.fault:
            self._feed(b"", offset, is_last=True)
            yield from self._finished()
        self._settle(is_last=True)

    def _restart(self, offset: int) -> None:
        self._settle(is_last=True, keep=1)
        self.fault = None
        # Reopen the elements that earlier entries were in, so that their end tags match.
        parents = "".join(f"<{name}>" for name in self.parents).encode()
        self._start_parser(offset - len(parents))
        self.parser.Parse(parents, False)

    def _feed(self, data: bytes, offset: int, *, is_last: bool = False) -> None:
        try:
            self.parser.Parse(data, is_last)
        except expat.ExpatError as error:
            if is_last and (not self.stack or (self.base and not self.inside)):
                return
            self._fail(f"expected well-formed XML, found {expat.errors.messages.get(error.code, 'an error')}")
        except (ValueError, LookupError) as error:  # an unknown encoding is declared
            self._fail(f"expected XML in an encoding that can be read, found {error}")
        unread = offset - self.base - max(0, self.parser.CurrentByteIndex)
        if not self.fault and unread > self.dump.reading.max_entry_bytes:
            self._fail(
                f"expected tags and texts of at most max_entry_bytes = {self.dump.reading.max_entry_bytes:,}, found a longer one"
            )

    def _fail(self, message: str) -> None:
        self.fault = "xml_malformed"
        self.builder = None
        self.dump.ledger.notice(
            self._line(self._at()), "xml_malformed", f"{message}; reading goes on at the next entry that starts a line"
        )

    def _at(self) -> int:
        return self.base + max(0, self.parser.CurrentByteIndex)

    def _line(self, at: int) -> int:
        place = bisect_right(self.lines, at, key=lambda line: line.start) - 1
        return self.lines[max(0, place)].number

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        local, asked = bare(name), self.asked
        self.stack.append(name)
        is_outside, depth = self.inside == 0, len(self.stack)
        is_entry = (is_outside or self.is_aside) and asked.is_entry(local, self.stack)
        if is_entry:
            self.parents, self.entries_at = self.stack[:-1] or ["rest"], depth
        may_join = is_outside and asked.joins is not None and depth == self.entries_at
        if is_entry or may_join or (is_outside and local in asked.context_tags):
            self.builder, self.inside, self.is_aside = TreeBuilder(), depth, not is_entry and may_join
            self.opened_at, self.bytes, self.trouble = self._line(self._at()), 0, None
        if self.builder:
            if len(self.stack) - self.inside >= self.dump.reading.max_depth:
                self._give_up("too_deep", f"elements nested beyond max_depth = {self.dump.reading.max_depth}")
                return
            self.bytes += sum(map(len, attributes.values()))
            self.builder.start(local, {bare(key): value for key, value in attributes.items()})

    def _text(self, data: str) -> None:
        if self.builder:
            self.bytes += len(data)
            if self.bytes > self.dump.reading.max_entry_bytes:
                limit = self.dump.reading.max_entry_bytes
                self._give_up("entry_too_large", f"an entry of more than max_entry_bytes = {limit:,}")
                return
            self.builder.data(data)

    def _give_up(self, reason: str, message: str) -> None:
        if self.is_aside:
            self.builder, self.inside, self.is_aside = None, 0, False
            return
        self.builder, self.trouble = None, reason
        self.dump.ledger.notice_once(
            self.opened_at, reason, f"{message} is not read. Raise the setting if this is no accident."
        )

    def _close(self, name: str) -> None:
        depth = len(self.stack)
        self.stack.pop()
        local, asked = bare(name), self.asked
        if self.inside and self.builder:
            self.builder.end(local)
        if depth == self.inside:
            element = self.builder.close() if self.builder else None
            self.builder, self.inside = None, 0
            joined = self.is_aside and asked.is_joined(element)
            self.restart, self.is_aside = asked.starts() if joined else self.restart, False
            if local in asked.context_tags and element is not None and asked.context:
                asked.context(element)
            elif local in asked.tags or joined is None:
                made = element if isinstance(element, Element) and joined is not None else None
                self.done.append((self.opened_at, self._line(self._at()), made, self.trouble or "no_entry"))

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(unescape(f"&{name};"))

    def _refuse_entity(self, *_: object) -> None:
        raise DumpError(
            "xml_entities",
            f"{self.dump.location}: expected XML without entities of its own, found a declaration of one. "
            "They can grow a small file without bound, so they are not read. Resolve them first: xmllint --noent.",
        )

    def _finished(self) -> Iterator[Entry]:
        done, self.done = self.done, []
        for first, last, element, reason in done:
            self._settle_before(first)
            entry = self.asked.make(element) if element is not None else None
            if entry and entry.is_told:
                entry.line_start, entry.line_end = first, last
                self.dump.ledger.claim(first, last)
                yield entry
            elif element is None or not self.asked.passes(element):
                for line in self.lines:
                    if first <= line.number <= last:
                        self._reject(line, reason)

    def _reject(self, line: XmlLine, reason: str) -> None:
        if not line.is_blank:
            self.dump.ledger.reject(line.number, reason, *told(line))

    def _settle(self, *, is_last: bool = False, keep: int = 0) -> None:
        """Give a fate to the lines that expat has passed and that no open entry is on."""
        if not self.lines:
            return
        if self.inside and self.trouble and not self.fault:
            for line in self.lines:
                self._reject(line, self.trouble)
            stop = self.lines[-1].number
        elif self.inside and not self.fault and not is_last:
            stop = self.opened_at
        else:
            stop = self.lines[-1].number + 1 - keep if is_last or self.fault else self._line(self._at())
        self._settle_before(stop, is_cut=is_last and bool(self.inside))

    def _settle_before(self, stop: int, *, is_cut: bool = False) -> None:
        ledger, settled = self.dump.ledger, 0
        for line in self.lines:
            if line.number >= stop:
                break
            settled += 1
            if line.is_blank:
                ledger.fill(line.number, line.number, Fate.BLANK)
            elif ledger.fate(line.number) is None:
                if self.fault or is_cut:
                    ledger.reject(line.number, self.fault or "xml_malformed", *told(line))
                else:
                    ledger.mark(line.number, Fate.FURNITURE)
        del self.lines[:settled]
