"""XML of any kind, TEI and Zotero's RDF: papers are read; their references and other elements are not."""

import pytest

from papersieve.pipeline.errors import DumpError
from papersieve.pipeline.extract.dump_files import read_dump
from papersieve.pipeline.extract.read import extract_dump

LAMPS = "<title>Lamps in towers</title><author>Hugh Gale</author><journal>Journal of Towers</journal><year>2020</year>"
KETTLES = "<title>Old kettles</title><authors>Jo Holt</authors><year>1999</year>"
THESIS = "<title>Kettles of old</title><author>Jo Holt</author><year>2020</year>"
PERSON = "<persName><forename>Jo</forename><surname>Holt</surname></persName>"
LISTED = (
    f'<listBibl><biblStruct><analytic><title level="a">Old kettles</title><author>{PERSON}</author></analytic>'
    '<monogr><title level="j">Kettle Review</title></monogr></biblStruct></listBibl>'
)
DUBLIN_CORE = (
    "<dc:title>Lamps in towers</dc:title><dc:creator>Gale, Hugh</dc:creator><dc:date>2020</dc:date>"
    "<dc:description>We counted.</dc:description><dc:identifier>https://example.org/1</dc:identifier>"
)


def read(tmp_path, text):
    path = tmp_path / "listing.xml"
    path.write_text(text, encoding="utf-8")
    return extract_dump(read_dump(path))


def read_titles(tmp_path, text):
    return read(tmp_path, text).records["title_raw"].to_list()


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        # References belong to the paper that cites them, even if more of it follows them.
        (
            f"<documents><document>{LAMPS}<citations><citation>{KETTLES}</citation><citation>{KETTLES}</citation>"
            "</citations></document></documents>",
            ["Lamps in towers"],
        ),
        (
            "<all><document><title>Lamps in towers</title><authors>Hugh Gale</authors><citations><citation>"
            f"{KETTLES}<venue>Review</venue></citation></citations><year>2020</year></document></all>",
            ["Lamps in towers"],
        ),
        (f"<document>{LAMPS}<citations><citation>{KETTLES}</citation></citations></document>", ["Lamps in towers"]),
        (f"<references><reference>{LAMPS}</reference></references>", ["Lamps in towers"]),
        # Tags in comments and CDATA do not count, and an end tag closes the element of its name.
        (f"<all><paper><abstract><![CDATA[a<br>b]]></abstract>{LAMPS}</paper></all>", ["Lamps in towers"]),
        (
            f"<all><!-- <b> --><paper>{LAMPS}<abstract><![CDATA[a<br><a>b]]></abstract></paper></all>",
            ["Lamps in towers"],
        ),
        ('<all><paper note="a > b">' + LAMPS + "</paper></all>", ["Lamps in towers"]),
        # Papers in elements of several names.
        (
            f"<all><article>{LAMPS}</article>\n<chapter>{LAMPS}</chapter>\n<thesis>{THESIS}</thesis></all>",
            ["Lamps in towers", "Lamps in towers", "Kettles of old"],
        ),
        (f"<all><thesis>{THESIS}</thesis>\n<article>{LAMPS}</article></all>", ["Kettles of old", "Lamps in towers"]),
        (
            f"<all>{f'<article>{LAMPS}</article>' * 600}\n<chapter>{THESIS}</chapter>\n<chapter>{THESIS}</chapter></all>",
            [*["Lamps in towers"] * 600, "Kettles of old", "Kettles of old"],
        ),
        (
            f"<all><list>{f'<article>{LAMPS}</article>' * 600}</list>\n<list><book>{THESIS}</book></list></all>",
            [*["Lamps in towers"] * 600, "Kettles of old"],
        ),
        # Other signs of a paper.
        ("<all><item><title>Lamps</title><link>https://doi.org/10.1000/tower.3</link></item></all>", ["Lamps"]),
        (f'<all xmlns:dc="d"><oai_dc:dc xmlns:oai_dc="o">{DUBLIN_CORE}</oai_dc:dc></all>', ["Lamps in towers"]),
        (f"<library><book>{THESIS}<isbn>978-3-16-148410-0</isbn></book></library>", ["Kettles of old"]),
        (f"<result><head>{THESIS}<volume>4</volume></head></result>", ["Kettles of old"]),
        (f"<result><record>{THESIS}<pages>1-9</pages></record></result>", ["Kettles of old"]),
    ],
)
def test_papers_of_xml_are_read(tmp_path, text, titles):
    got = read(tmp_path, f'<?xml version="1.0"?>\n{text}\n')
    assert (got.dump["format"].item(), got.records["title_raw"].to_list()) == ("xml_table", titles)
    assert not got.rejected_lines.height


BOOKLET = "<booklet><title>Mills</title><year>2020</year></booklet>"
CITED = f"<bibitem>{KETTLES}</bibitem>"


@pytest.mark.parametrize(
    ("others", "other"), [("{paper}\n{other}", BOOKLET), ("{other}\n{paper}", BOOKLET), ("{paper}\n{other}", CITED)]
)
def test_what_stands_beside_papers_and_has_a_title_is_told_as_not_read(tmp_path, others, other):
    got = read(tmp_path, f"<all>\n{others.format(paper=f'<article>{LAMPS}</article>', other=other)}\n</all>\n")
    assert got.records["title_raw"].to_list() == ["Lamps in towers"]
    assert got.rejected_lines["text"].to_list() == [other]


def test_elements_beside_papers_may_hold_papers_and_be_broken(tmp_path):
    text = f"<all>\n<article>{LAMPS}</article>\n<group>\n<article>{LAMPS}</article>\n</group>\n<about>\nx\n<article>"
    got = read(tmp_path, text)
    assert got.records.height == 2
    assert got.rejected_lines["line"].to_list()[-1] == 8


@pytest.mark.parametrize(
    "text",
    [
        f'<svg xmlns:cc="c" xmlns:dc="d"><metadata><cc:Work>{DUBLIN_CORE}</cc:Work></metadata></svg>',
        f'<html:figure xmlns:html="h" xmlns:cc="c" xmlns:dc="d"><cc:Work>{DUBLIN_CORE}</cc:Work></html:figure>',
        f"<issues><issue>{THESIS}<volume>3</volume><description>It crashes.</description></issue></issues>",
        "<package><metadata><title>Lamps</title><authors>Hugh Gale</authors><published>2020-01-01</published>"
        "<summary>Lamps for all.</summary><abstract>x</abstract></metadata></package>",
        f'<package xmlns:dc="d"><metadata>{DUBLIN_CORE}</metadata></package>',
        f'<book xmlns="http://docbook.org/ns/docbook"><info>{THESIS}<abstract>x</abstract></info></book>',
        f"<article><articleinfo>{THESIS}<abstract>x</abstract></articleinfo></article>",
        "<playlist><track><title>Song</title><creator>The Lamps</creator><year>1999</year><volume>1</volume></track></playlist>",
        f"<songs><song>{THESIS}<number>4</number></song></songs>",
        f"<news><article>{THESIS}<source>Gazette</source><summary>A fire.</summary></article></news>",
        f"<entries><entry>{THESIS}<references><reference>https://example.org</reference></references></entry></entries>",
        f"<movies><movie>{THESIS}<summary>They meet.</summary></movie></movies>",
        f"<blog><post>{THESIS}<content>Today.</content></post></blog>",
        "<project><name>Lamps</name><description>x</description><developers><developer/></developers></project>",
        "<gpx><metadata><name>Walk</name><author><name>Hugh</name></author><time>2020</time></metadata></gpx>",
        "<kml><Document><name>Map</name><author><name>Hugh</name></author></Document></kml>",
        "<urlset><url><news><publication><name>G</name></publication><title>Fire</title></news></url></urlset>",
        "<plist><dict><key>Tracks</key><dict><key>Name</key><string>Song</string></dict></dict></plist>",
        f'<office:meta xmlns:office="o" xmlns:dc="d"><office:meta>{DUBLIN_CORE}</office:meta></office:meta>',
        f'<cp:coreProperties xmlns:cp="a" xmlns:dc="b">{DUBLIN_CORE}</cp:coreProperties>',
        f"<manual>{THESIS}<abstract>How to.</abstract><chapter><title>Start</title></chapter></manual>",
        f"<document><title>Lamps</title><citations><citation>{KETTLES}<venue>J</venue></citation></citations></document>",
        f"<all>{'<a>' * 1_000}<paper>{LAMPS}</paper>{'</a>' * 1_000}</all>",
    ],
)
def test_xml_of_other_things_is_refused(tmp_path, text):
    with pytest.raises(DumpError) as error:
        read(tmp_path, f'<?xml version="1.0"?>\n{text}\n')
    assert error.value.reason_code == "unknown_format"


def _header(title, *, author="", abstract="", source=True):
    analytic = f"<analytic>{author}<title>{title}</title></analytic><monogr><imprint/></monogr>"
    of = f"<biblStruct>{analytic}</biblStruct>" if source else "<p>Made by hand.</p>"
    return (
        f"<teiHeader><fileDesc><titleStmt><title>{title}</title></titleStmt><sourceDesc>{of}</sourceDesc></fileDesc>"
        f"<profileDesc><abstract>{abstract}</abstract></profileDesc></teiHeader>"
    )


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        (f"<TEI>{_header('Lamps', abstract='<p>We counted.</p>')}<text>\n{LISTED}</text></TEI>", ["Lamps"]),
        (f"<TEI>{_header('Lamps')}<text>\n{LISTED}</text></TEI>", ["Lamps"]),
        (f"<TEI>{_header('Lamps', source=False)}<text><p>Long ago.</p>\n{LISTED}</text></TEI>", ["Lamps"]),
        (
            f"<TEI>{_header('Lamps').replace('biblStruct', 'biblFull')}<text><p>Long ago.</p>\n{LISTED}</text></TEI>",
            ["Lamps"],
        ),
        (f"<TEI>{_header('Lamps', source=False)}<text><ab>Long ago.</ab>\n{LISTED}</text></TEI>", ["Lamps"]),
        (
            f"<teiCorpus>{_header('My corpus', source=False)}\n<TEI>{_header('Lamps', author='<author>H</author>')}"
            f"<text>\n{LISTED}</text></TEI></teiCorpus>",
            ["Lamps"],
        ),
        (f"<teiCorpus>{_header('My corpus')}\n<TEI>{_header('Lamps')}</TEI></teiCorpus>", ["Lamps"]),
        (f"<TEI>{_header('', source=False)}<text>\n{LISTED}</text></TEI>", ["Old kettles"]),
        (f"<TEI><teiHeader/><text>\n{LISTED}</text></TEI>", ["Old kettles"]),
        (f"<TEI>{_header('Exported', source=False)}<text><body>{LISTED}</body></text></TEI>", ["Old kettles"]),
        (f"<TEI>{_header('')}<text>{LISTED}<note>{LISTED[10:-11]}</note></text></TEI>", ["Old kettles"]),
        (LISTED, ["Old kettles"]),
        (f"<TEI>{_header('Lamps', abstract='x')}<!-- <biblFull> --></TEI>", ["Lamps"]),
    ],
)
def test_of_tei_papers_are_read_else_references_that_it_lists(tmp_path, text, titles):
    assert read_titles(tmp_path, f'<?xml version="1.0"?>\n{text}\n') == titles


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("<author>Hugh Gale</author>", ["Hugh Gale"]),
        ("<author>Hugh Gale<affiliation>Harbour</affiliation></author>", ["Hugh Gale"]),
        ("<author><persName>Hugh Gale</persName></author>", ["Hugh Gale"]),
        ("<author><forename>Hugh</forename><surname>Gale</surname></author>", ["Gale, Hugh"]),
        ("<author><persName><forename>Plato</forename></persName></author>", ["Plato"]),
        ("<author><persName/><affiliation>Harbour</affiliation></author>", []),
    ],
)
def test_authors_of_tei_are_named_by_their_parts_or_as_the_text_says(tmp_path, author, names):
    got = read(tmp_path, f"<TEI>{_header('Lamps', author=author)}</TEI>")
    assert (got.records["authors"].to_list()[0] or []) == names


def test_what_has_no_type_in_zoteros_rdf_is_no_work(tmp_path):
    text = """<rdf:RDF xmlns:rdf="r" xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:d="d" xmlns:dc="c" xmlns:bib="b">
<bib:BookSection rdf:about="#item_1"><z:itemType>bookSection</z:itemType><d:isPartOf rdf:resource="urn:isbn:1"/>
<dc:title>On lamps</dc:title></bib:BookSection>
<bib:Book rdf:about="urn:isbn:1"><dc:title>The book of lamps</dc:title></bib:Book>
<rdf:Description rdf:about="#item_2"><z:itemType>note</z:itemType></rdf:Description>
</rdf:RDF>"""
    got = read(tmp_path, text)
    assert got.records.select("title_raw", "venue").rows() == [("On lamps", "The book of lamps")]
    assert not got.rejected_lines.height
