"""Reading a return in XML as a stream, against a layout, without entities or document types.

A layout is a nest of `Element`s. The first of them that is counted makes the records (a child, a person): each is read
when it has ended, and then forgotten, so that memory holds one of them. What stands around the records is read before
the first and after the last.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from send_data.readers.errors import UnreadableFileError


@dataclass(frozen=True)
class Element:
    """An element of a layout. `children` are in the order the layout demands; None: a leaf with text.

    `source` names the table that it makes rows of, `number` the column that counts it, `column` a leaf's column.
    An element without a source gives its values to the one around it.
    `skipped`: it and all within it are legal and not read. `many`: it may stand there more than once.
    """

    name: str
    children: tuple["Element", ...] | None = None
    source: str | None = None
    number: str | None = None
    column: str | None = None
    many: bool = False
    skipped: bool = False


def leaves(**columns: str) -> tuple[Element, ...]:
    """Elements with text, each by its name and the column it fills."""
    return tuple(Element(name, column=column) for name, column in columns.items())


class _Place:
    """An element of a layout made ready for reading."""

    def __init__(self, element, bit=0):
        self.bit, self.name, self.many, self.skipped = bit, element.name, element.many, element.skipped
        self.source, self.number, self.column = element.source, element.number, element.column
        children = [_Place(child, 1 << place) for place, child in enumerate(element.children or ())]
        self.by_name = {child.name.lower(): child for child in children}
        # {tag: (bit, column, None for a leaf that makes no row)}, of the tags that were met.
        self.by_tag = {}


@dataclass
class _Open:
    """An element around the records: what of it has been met, and its last child that was read."""

    node: etree._Element
    place: _Place
    met: int = 0
    read: etree._Element | None = None
    values: dict = field(default_factory=dict)


class Walk:
    """One reading of one file against a layout; `records` is the name of its first counted element.

    `choose`, where it is given, hears the values of the element named Header as soon as it has been read, and answers
    with the outermost element to read the rest by and the name of that layout.
    """

    def __init__(
        self,
        root: Element,
        layout_name: str,
        nameable: frozenset[str],
        records: str,
        choose: Callable[[dict], tuple[Element, str]] | None = None,
        ordered: bool = True,
    ):
        self.root, self.layout_name, self.nameable, self.choose = _Place(root), layout_name, nameable, choose
        self.records, self.ordered = records, ordered
        self.counts = Counter()
        self.open: list[_Open] = []
        self.rows_read: list[tuple[str, dict]] = []

    def rows(self, stream) -> Iterator[tuple[str, dict]]:
        """(source, {column: text}) for every element that makes a row, children first. Raises UnreadableFileError."""
        tags = [f"{{*}}{spelled}" for name in (self.root.name, self.records) for spelled in _spellings(name)]
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=tags,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            remove_blank_text=True,
        )
        try:
            yield from self._walk(events)
        except etree.XMLSyntaxError as error:
            # The parser's own text may repeat what stands in the file.
            line = error.lineno or 1
        else:
            return
        raise UnreadableFileError(f"the XML breaks off or is not well formed near line {line}")

    def _walk(self, events):
        for event, node in events:
            around = node.getparent()
            if around is None:
                self._open_root(node)
            elif event == "end":
                around = self._opened(around)
                self._read_children(around, node.getnext())
                yield from self._take_rows()
                _forget(around.read)
        self._open_root(events.root)
        for around in reversed(self.open):
            self._read_children(around, None)
        yield from self._take_rows()

    def _take_rows(self):
        rows, self.rows_read = self.rows_read, []
        return rows

    def _open_root(self, node):
        if self.open:
            return
        information = node.getroottree().docinfo
        if information.doctype or information.internalDTD is not None:
            raise UnreadableFileError("the XML declares a document type or entities, which are not accepted")
        # Some returns carry the year in the name of their outermost element.
        if _local_name(node).rstrip("0123456789") != self.root.name.lower():
            raise UnreadableFileError(f"the outermost element is not {self.root.name}")
        self.open.append(_Open(node, self.root))

    def _opened(self, node):
        """An element that has not ended; what stands before it is read when it is first met."""
        for known in reversed(self.open):
            if known.node is node:
                return known
        around = node.getparent()
        if around is None:
            self._open_root(node)
            return self.open[0]
        around = self._opened(around)
        self._read_children(around, node)
        place = self._place_of(node, around.place, around.met)
        around.met |= place.bit
        around.read = node
        self.open.append(_Open(node, place))
        return self.open[-1]

    def _read_children(self, around, until):
        """Read the children of an open element that were not read yet, up to `until`; None: all of them."""
        child = next(iter(around.node), None) if around.read is None else around.read.getnext()
        while child is not until:
            place = self._place_of(child, around.place, around.met)
            around.met |= place.bit
            self._read(child, place, around.values, {})
            around.read = child
            child = child.getnext()

    def _read(self, node, place, values, numbers):
        """Read an element: its values go to `values` or into a row of its own, where it makes one."""
        if place.skipped:
            return
        if place.number:
            self.counts[place.number] += 1
            numbers = {**numbers, place.number: str(self.counts[place.number])}
        if place.source:
            values = numbers.copy()
            self._read_within(node, place, values, numbers)
            self.rows_read.append((place.source, values))
        else:
            self._read_within(node, place, values, numbers)
        if self.choose and place.name == "Header":
            root, self.layout_name = self.choose(values)
            self.root = self.open[0].place = _Place(root)

    def _read_within(self, node, place, values, numbers):
        if place.column:
            values[place.column] = self._text_of(node)
            return
        by_tag, met = place.by_tag, 0
        for child in node:
            known = by_tag.get(child.tag)
            if known is None or met >= known[0]:
                self._place_of(child, place, met)
                known = by_tag[child.tag]
            bit, column, inner = known
            met |= bit
            if inner:
                self._read(child, inner, values, numbers)
            else:
                values[column] = self._text_of(child) if len(child) else child.text

    def _text_of(self, node):
        if len(node):
            name = etree.QName(node).localname
            raise UnreadableFileError(f"line {node.sourceline}: element {name} holds an entity or another element")
        return node.text

    def _place_of(self, node, around, met):
        """The layout's place of a child, `met` being the places before it. Raises UnreadableFileError."""
        name = _local_name(node)
        place = around.by_name.get(name)
        if place is None:
            # Any other name might be a value that lost its brackets.
            shown = f"element {etree.QName(node).localname}" if name in self.nameable else "an unknown element"
            raise UnreadableFileError(
                f"line {node.sourceline}: {shown} in {around.name} is not part of {self.layout_name}"
            )
        where = f"line {node.sourceline}: element {place.name}"
        if met & place.bit and not place.many:
            raise UnreadableFileError(f"{where} stands twice in {around.name}")
        if self.ordered and met >= place.bit << 1:
            raise UnreadableFileError(f"{where} of {around.name} does not stand where {self.layout_name} has it")
        is_plain = place.column and not place.source
        around.by_tag[node.tag] = place.bit, place.column, None if is_plain else place
        return place


def names_in(element: Element) -> frozenset[str]:
    """All element names of a layout, in lower case."""
    names = {element.name.lower()}
    for child in element.children or ():
        names |= names_in(child)
    return frozenset(names)


def _spellings(name):
    """A record spelled in yet another way is read all the same, at the end of the file and all at once."""
    return {name, name.lower(), name.upper()}


def _local_name(node):
    return etree.QName(node).localname.lower() if isinstance(node.tag, str) else ""


def _forget(node):
    """Free a record that has been read, and its older sisters."""
    node.clear(keep_tail=True)
    while node.getprevious() is not None:
        del node.getparent()[0]
