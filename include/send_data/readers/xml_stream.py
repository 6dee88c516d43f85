"""Reading a return in XML as a stream of events, against a layout, without entities or document types.

A layout is a nest of `Element`s. The walk keeps the elements it is inside of, numbers the ones that make rows in the
order of the document, and hands out each row when its element ends. What has been read is forgotten.
"""

from collections.abc import Iterator
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


@dataclass
class _Inside:
    """Where the walk is within one element: its values so far and the place of the last child."""

    element: Element
    values: dict
    met: set = field(default_factory=set)
    last_place: int = -1


class Walk:
    """One reading of one file against a layout, which `continue_with` may change on the way."""

    def __init__(self, root: Element, layout_name: str, nameable: frozenset[str], ordered: bool = True):
        self.root, self.layout_name, self.nameable, self.ordered = root, layout_name, nameable, ordered
        self.counts: dict[str, int] = {}
        self.inside: list[_Inside] = []
        self.skipping = 0

    def rows(self, stream) -> Iterator[tuple[str, dict]]:
        """(source, {column: text}) for every element that makes a row, when it ends. Raises UnreadableFileError."""
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
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
        try:
            for event, node in events:
                if event == "start":
                    self._start(node)
                else:
                    yield from self._end(node)
        except UnreadableFileError:
            # A file that breaks off within a tag looks like an unknown element: that it breaks off is the better news.
            for _, node in events:
                node.clear()
            raise

    def continue_with(self, root: Element, layout_name: str) -> None:
        """Read the rest of the file by another layout of the outermost element."""
        self.layout_name = layout_name
        self.inside[0].element = root

    def _start(self, node):
        if self.skipping:
            self.skipping += 1
            return
        element = self._child_named(_local_name(node), node) if self.inside else self._root_named(node)
        if element.skipped:
            self.skipping = 1
            return
        self.inside.append(_Inside(element, self._numbered(element)))

    def _numbered(self, element):
        if element.number is None:
            return {}
        self.counts[element.number] = self.counts.get(element.number, 0) + 1
        return {element.number: str(self.counts[element.number])}

    def _end(self, node):
        if self.skipping:
            self.skipping -= 1
            _forget(node)
            return
        done = self.inside.pop()
        if done.element.children is None:
            done.values[done.element.column] = _text_of(node, done.element)
        if done.element.source:
            yield done.element.source, {**self._numbers_around(), **done.values}
        elif self.inside:
            self.inside[-1].values.update(done.values)
        if done.element.children is not None:
            _forget(node)

    def _numbers_around(self):
        """Numbers of the elements the walk is inside of: the keys of their children."""
        numbered = [(outer.element.number, outer.values) for outer in self.inside if outer.element.number]
        return {number: values[number] for number, values in numbered}

    def _root_named(self, node):
        information = node.getroottree().docinfo
        if information.doctype or information.internalDTD is not None:
            raise UnreadableFileError("the XML declares a document type or entities, which are not accepted")
        if _local_name(node) != self.root.name.lower():
            raise UnreadableFileError(f"the outermost element is not {self.root.name}")
        return self.root

    def _child_named(self, name, node):
        around = self.inside[-1]
        for place, child in enumerate(around.element.children or ()):
            if child.name.lower() == name:
                self._check_place(around, place, child, node)
                around.last_place = max(place, around.last_place)
                return child
        # Any other name might be a value that lost its brackets.
        shown = f"element {etree.QName(node).localname}" if name in self.nameable else "an unknown element"
        raise UnreadableFileError(
            f"line {node.sourceline}: {shown} in {around.element.name} is not part of {self.layout_name}"
        )

    def _check_place(self, around, place, child, node):
        if place in around.met and not child.many:
            raise UnreadableFileError(
                f"line {node.sourceline}: element {child.name} stands twice in {around.element.name}"
            )
        around.met.add(place)
        if self.ordered and place < around.last_place:
            raise UnreadableFileError(
                f"line {node.sourceline}: element {child.name} of {around.element.name} does not stand where "
                f"{self.layout_name} has it"
            )


def names_in(element: Element) -> frozenset[str]:
    """All element names of a layout, in lower case."""
    names = {element.name.lower()}
    for child in element.children or ():
        names |= names_in(child)
    return frozenset(names)


def _local_name(node):
    return etree.QName(node).localname.lower()


def _text_of(node, element):
    if len(node):
        raise UnreadableFileError(f"line {node.sourceline}: element {element.name} holds an entity or another element")
    return node.text or None


def _forget(node):
    """Free an element that has been read, and its older sisters."""
    node.clear(keep_tail=True)
    while node.getprevious() is not None:
        del node.getparent()[0]
