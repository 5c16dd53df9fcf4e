"""Names that tables give our columns, as their sources spell them and in several languages."""

import re
from collections.abc import Mapping
from functools import lru_cache
from unicodedata import normalize

#: Each of our columns with the table's columns for it, in reading order.
Mapped = dict[str, list[str]]

#: Our columns, and the names that tables give them: lower case, letters only, best first. If a table has several of
#: them, each row takes the first that has a value. Sources: the exports of Scopus, Web of Science,
#: PubMed, IEEE, SpringerLink, Lens, Dimensions, EBSCO, ProQuest, Embase, Cochrane, Zotero, EndNote, Rayyan, Covidence,
#: ASReview, EPPI-Reviewer, Publish or Perish, OpenAlex, Europe PMC, Semantic Scholar, CORE, DOAJ, HAL, dblp, DSpace,
#: Papers with Code and CNKI; and tables that people make in Chinese, Dutch, French, German, Italian, Japanese, Korean,
#: Polish, Portuguese, Russian and Spanish, without accents. A name inside a JSON object follows the object's:
#: "journal": {"volume": "4"} is journalvolume.
NAMES: dict[str, str] = {
    "title": "title papertitle articletitle documenttitle itemtitle primarytitle titleprimary titleauthors titleandauthors originaltitle displayname titleen 题名 标题 论文标题 篇名 標題 題名 タイトル 論題 contenttitle contenttitlevalue 题目 文章标题 文献标题 论文题目 titel titre titulo titolo tytuł 表題 論文名 論文タイトル 제목 논문제목 название заглавие titledisplay titles studytitle reviewtitle 논문명 العنوان عنوان baslık yayınadı tittel nimeke otsikko nazev cim τιτλος назва judul כותרת titleofpaper titleofthepaper titleofarticle titleofthearticle scientifictitle publictitle articlename nameofpaper researchpapertitle titleofpublication maintitle titlekorean titleenglish titulodoartigo titulodelarticulo titredelarticle titolodellarticolo",
    "subtitle": "subtitle untertitel soustitre subtitulo sottotitolo ondertitel 副标题 副題",
    "abstract": "abstract summary abstracttext abstractnote notesabstract paperabstract abstracten abstractenglishlanguage 摘要 简介 要旨 抄録 descriptionabstract dcdescription contentabstract contentabstractvalue shortabstract 概要 内容提要 zusammenfassung kurzfassung resume resumen resumo riassunto samenvatting streszczenie 초록 요약 аннотация реферат tldr abstracts indexedabstract briefsummary الملخص چکیده ozet sammanfattning abstrakt absztrakt περιληψη анотація abstrak תקציר abstracttextenglish descriptions enabstract frabstract ab abstractinvertedindex",
    "authors": "authorfullnames authorsparsed authors author authorss authornames authorstring firstauthors authorprimary authorsprimary firstauthor authorfirst authorship authorships authorshipsauthordisplayname authorshipsrawauthorname creators creator researchers 作者 著者 著者名 authname authfullname contributorauthor contentauthors contentauthorsvalue autor autoren autorinnen verfasser auteur auteurs autores autore autori autorzy 저자 авторы автор namesauthors authordisplay zauthors publicationinfoauthors authorlist المؤلفون المؤلفين المؤلف نویسندگان yazar yazarlar forfattare forfatter forfattere tekija tekijat autorji szerzo szerzok συγγραφεις автори penulis pengarang מחברים authorsname authorsdisplayname authorsfullname allauthors contribs leadauthor authorsraw paperauthors 저자명 저자들 autorherausgeberoderinstitution autoria bookauthorfullnames bookauthors",
    "venue": "venue fulljournalname journalfull journal journalbook journaltitle journalname sourcetitle publicationtitle publicationname sourcetitleanthologytitle proceedingstitle pubtitle conference conferencename booktitle containertitle journalref secondarytitle titlesecondary periodical primarylocationsourcedisplayname hostvenuedisplayname hostvenue source sourcename bookseriestitle anthologytitle publication 期刊 来源 文献来源 出处 刊名 雑誌名 掲載誌 journalinfojournaltitle bookorreportdetailspublisher publicationvenue publicationvenuename journalstitle bibjsonjournaltitle parenttitle proceeding conferencetitle relationispartof arxivjournalref 期刊名称 期刊名 刊物 会议 zeitschrift quelle konferenz revue revista rivista fuente fonte periodico tijdschrift czasopismo 学会誌 학술지 журнал server sourcesourcetitle fulljournal periodicalfull periodicalabbrev ispartof pub publicationinfojournaltitle المجلة مجله dergi tidskrift tidsskrift lehti casopis folyoirat περιοδικο jurnal כתבעת 학술지명 저널명 journalconference conferencejournal journalvenue venuejournal publishedin publicationsource journalorconference sourcejournal sourceseriestitle zeitschriftzeitung containername sourceregister titulodoperiodico nomedarevista titredelarevue nomdelarevue titelderzeitschrift journallabel sourcepublication so",
    "volume": "volume vol journalvolume parentvolume issuevolume volnum bibliovolume 卷 journalinfovolume band jahrgang volumen tomo tome 巻 том 권 sourcevolume volumeno volumenumber publicationinfojournalvolume المجلد cilt argang rocnik kotet τομος sourceseriesvolume containervol tom",
    "issue": "issue number issueno issuenumber journalissue parentissue issnum biblioissue 期 issueidentifier journalinfoissue journalnumber heft ausgabe nummer numero fascicule fasciculo fascicolo 号 期号 выпуск номер 호 sourceissue publicationinfojournalissue العدد sayı cislo τευχος no nr sourceseriesissue containeriss n° numer zeszyt",
    "pages": "pages pagerange page pagination pageinfo medlinepgn artno articlenumber articleno locationinpublication 页码 页 journalpages seiten seitenzahl paginas pagine paginas 頁 ページ страницы strony 페이지 sourcepagesrange pageno publicationinfoartid الصفحات sayfa sayfalar sidor sider sivut strany oldalak σελιδες halaman pagesfromto sourcepages seitenvonbis",
    "page_start": "pagestart pagesstart startpage fpage firstpage beginningpage bibliofirstpage spage startingpage publicationinfopagestart 시작페이지 baslangıcsayfası pagefrom containersp paginainicial paginainiziale premierepage pagededebut ersteseite",
    "page_end": "pageend pagesend endpage lpage lastpage endingpage bibliolastpage epage otherpages publicationinfopageend 끝페이지 종료페이지 bitissayfası pageto containerep paginafinal paginafinale dernierepage pagedefin letzteseite",
    "published": "originalpaperdate published publisheddate datepublished publicationdate publishdate date pubdate dateofpublication coverdate publisheddateonline updatedate submitted issued firstpublicationdate year publicationyear publishedyear pubyear copyrightyear py onlinedate earlyaccessdate 发表时间 发布日期 日期 出版年 発行年 年 dateissued datereleased produceddate produceddatey publicationdatey yearpublished yearofpublication sortpubdate epubdate jahr erscheinungsjahr publikationsjahr veroffentlichungsdatum erscheinungsdatum datum annee anneedepublication datedepublication ano anio anodepublicacion anodepublicacao fecha fechadepublicacion datadepublicacao anno annodipubblicazione jaar rok 年份 出版年份 发表年份 发表日期 发布时间 出版日期 发表年度 公開日 発行日 год 연도 발행연도 출판연도 sourcepublishyear publishtime publishedat preprintdate dateposted posteddate earliestdate publicationinfoyear السنة سنةالنشر سال yıl yayınyılı arstall utgivningsar vuosi megjelenesev ετος рік tahun שנה 발행년 발행년도 출판년도 publicationdateprint yearofpub anodapublicacao datadapublicacao issuedate publishedprint publishedonline starttime dateregistration releasedate releaseyear issueyear publisheddateparts issueddateparts",
    "month": "month pubdatefreeform publishedmonth publicationmonth 月 monat mois mes mese sourcepublishmonth",
    "day": "day 日",
    "doi": "doi serialnumberdoi originalpaperdoi doilink doiurl itemdoi digitalobjectidentifier externalidsdoi idsdoi 数字对象唯一标识符 doiid identifierdoi identifiersdoi articleidsdoi arxivdoi dois externalidsexternaliddoi doinumber doiorurl linksdoi doiname pidsdoi locationidentifier articleidentifier extidsdoi",
    "arxiv": "arxivid arxiv arxivurl eprint externalidsarxiv articleidsarxiv identifiersarxiv paperarxivid eprintid archiveid archivelocation arxiveprints externalidsexternalidarxiv entryid extidsarxiv arxivlink universalpaperid",
    "pmid": "pmid originalpaperpubmedid pubmedid pubmed medlinepmid externalidspubmed externalidspmid articleidspubmed identifierpmid identifierspmid idspmid extidspmid extid externalidsexternalidpmid pidspmid",
    "notes": "extra note externalids",
    "issns": "issn eissn issns issnl printissn onlineissn issnprint issnonline issnisbn essn pissn journalissn journalissns journaleissn journalinfojournalissn journalinfojournalessn journalsidentifiers publicationvenueissn publicationvenuealternateissns primarylocationsourceissn primarylocationsourceissnl sourceissn identifierissn identifierpissn identifiereissn standardnumber identifiersissn identifierseissn",
    "isbns": "isbn isbns eisbn identifierisbn bookorreportdetailsisbn",
    "publication_type": "documenttype documenttypes publicationtype publicationtypes itemtype referencetype typeofreference reftype contenttype worktype pubtype pubtypes typeofwork doctype 文献类型 type pubtypelist subtypedescription documentidentifier typename publikationstyp dokumenttyp dokumentart typededocument tipodedocumento tipodidocumento 文献種別 资料类型 types entrytype resourcetypetype definedtypename releasetype genre sourcetype",
    "language": "language languageofarticle languageoforiginaldocument languages lang langid 语言 languagecode languageiso journallanguage sprache langue idioma lingua taal 语种 言語 언어 язык",
    "is_retracted": "isretracted retracted",
    "urls": "url urls link links pdfurl pdf codeurl paperurl absurl htmlurl articleurl fulltexturl openaccesspdf landingpageurl primarylocationlandingpageurl pdflink externalurl sourceurls sourcelinkout fulltexturllist plink 链接 urlabs urlpdf paperurlabs paperurlpdf repourl github githuburl githubrepo githublink codelink downloadurl identifieruri uri filemain ee 网址 论文链接 url链接 代码链接 abs puburl studyurl linktopaper linktothepaper paperlink titlelink fromurl linktoarticle articlelink fulltextlink paperpdf webaddress",
    "categories": "categories category subjects authorkeywords keywords keywordsplus indexkeywords tags manualtags automatictags fieldsofstudy keywordlist keyword topicsdisplayname keywordsdisplayname conceptsdisplayname meshterms 关键词 authkeywords schlagworter schlagworte stichworter motscles palabrasclave palavraschave parolechiave trefwoorden 主题词 キーワード 키워드 ключевыеслова kelimeler anahtarkelimeler nyckelord الكلماتالمفتاحية katakunci",
    "comment_count": "commentcount comments numcomments",
}  # fmt: skip
#: Short names of fields in Web of Science, R's bibliometrix, RIS, RefWorks and MEDLINE; used if a table has several.
CODES: dict[str, str] = {
    "title": "ti t1", "abstract": "ab n2", "authors": "fau af au bf ba a1", "venue": "so jt t2 jf jo", "volume": "vl vo vi",
    "issue": "ip is", "pages": "pp ar pg", "page_start": "bp sp", "page_end": "ep op", "published": "py yr ea y1 dp",
    "month": "pd fd", "doi": "di do lid", "pmid": "pm pmid", "issns": "sn ei", "isbns": "bn", "publication_type": "dt pt ty rt",
    "language": "la", "urls": "ur lk", "categories": "de kw k1 id",
}  # fmt: skip
_FEWEST_CODES = 3
#: Names of an issue that may number the rows of a table: the first need a volume right before them, the others a
#: volume anywhere.
_NUMBERS = ("no", "nr", "n°")
_ROW_NUMBERS = ("number", "nummer", "numero", "номер", "号")


def _placed(names: Mapping[str, str]) -> dict[str, list[tuple[int, str, str]]]:
    """Each name that tables use, with its rank and the column of ours that it stands for."""
    placed = dict[str, list[tuple[int, str, str]]]()
    for ours, theirs in names.items():
        for place, name in enumerate(theirs.split()):
            placed.setdefault(name, []).append((place, ours, name))
    return placed


_KNOWN, _KNOWN_CODES = _placed(NAMES), _placed(CODES)
#: Names of the title that count only if it has no other name, and one of these columns of ours is present.
_AS_TITLES = {
    "paper": ("authors", "venue", "published", "abstract", "urls"),
    "papername": ("authors", "urls"),
    "label": ("authors",),
    "itemlabel": ("authors", "venue", "published", "doi"),
    "name": ("authors",),
}
#: Columns that only lists of programs have, which have names and authors too.
_OF_PROGRAMS = {"dependencies", "devdependencies", "scripts", "requirespython"}
#: EBSCO's name for the authors; other tables use it for editors, next to a column of authors.
_AS_AUTHORS = ("contributors",)
#: Names of the abstract that count only with a title, and authors or a DOI.
_AS_ABSTRACTS = ("description", "snippet", "contenttext", "contenthtml")
#: What APIs put around a name: before it the vocabulary or, in CNKI, the English name; after it Solr's type of the
#: field, or a language.
_AROUND = re.compile(
    r"^(?:dc|dcterms|prism|bibo)[:.]|^dc(?=(?:title|creator|year|date|doi|source|link|lang|subject|type)$)|^[A-Za-z]+-(?=[\u4e00-\u9fff])|_(?:s|t|i|tdate)$|\[[a-z_]*\]$",
    re.IGNORECASE,
)
_ACCENTS = re.compile("[\u0300-\u036f]")


def guess_columns(columns: list[str]) -> Mapped:
    """Map our columns to a table's by name, in reading order; our columns without a match are left out.

    >>> guess_columns(["Paper Title", "Abstract", "Year", "Date", "ID"])
    {'title': ['Paper Title'], 'abstract': ['Abstract'], 'published': ['Date', 'Year']}
    """
    return _guessed(tuple(columns))


def _by_letters(columns: tuple[str, ...]) -> dict[str, str]:
    """Columns by the letters of their names, without those whose names mean something else beside these others."""
    plain = dict[str, str]()
    for column in columns:
        plain.setdefault(_letters(column), column)
    for column in columns:
        plain.setdefault(_letters(_AROUND.sub("", column.strip())), column)
    if "bp" in plain:
        plain.pop("sp", None)  # Web of Science's sponsor
    if "dp" in plain:
        # MEDLINE's ISSN and citation
        plain = {name: column for name, column in plain.items() if name not in ("is", "so")}
    if "de" not in plain:
        plain.pop("id", None)  # the key of a row, not Web of Science's Keywords Plus
    if "entrezuid" in plain:  # PubMed's tables before 2020, in which a source holds all but title and authors
        called = {"authors": "description", "source": "details", "doi": "details", "pmid": "entrezuid"}
        plain |= {ours: plain[theirs] for ours, theirs in called.items() if theirs in plain}
        plain.pop("description", None)
    if {"typeofreference", "alternatetitle"} <= plain.keys():
        plain.setdefault("source", plain["alternatetitle"])  # rispy's name for the journal in JF
    return plain


@lru_cache(1_000)
def _guessed(columns: tuple[str, ...]) -> Mapped:
    plain = _by_letters(columns)
    are_codes = not plain.keys().isdisjoint(("ti", "t1")) and len(plain.keys() & _KNOWN_CODES.keys()) >= _FEWEST_CODES
    known = _KNOWN_CODES if are_codes else _KNOWN
    found = {ours: list[str]() for ours in NAMES}
    for _, ours, theirs in sorted(place for name in plain for place in known.get(name, ())):
        found[ours].append(plain[theirs])
    if are_codes:  # R's bibliometrix leaves the names that it has no code for, such as Page.start
        for _, ours, theirs in sorted(place for name in plain if len(name) > 2 for place in _KNOWN.get(name, ())):
            found[ours].append(plain[theirs])
    found["authors"] = _with_numbered(found["authors"], columns) or [
        plain[name] for name in _AS_AUTHORS if name in plain
    ]
    found["issue"] = [column for column in found["issue"] if _is_issue(column, found["volume"], columns)]
    if not found["title"]:
        is_released = {"license", "version"} <= plain.keys() and not found["published"]  # papers have a date, too
        is_program = is_released or plain.keys() & _OF_PROGRAMS
        there = {ours for ours, theirs in found.items() if theirs and not is_program}
        found["title"] = [plain[name] for name, others in _AS_TITLES.items() if name in plain and there & set(others)]
    if not found["abstract"] and found["title"] and (found["authors"] or found["doi"]):
        found["abstract"] = [plain[name] for name in _AS_ABSTRACTS if name in plain]
    return {ours: theirs for ours, theirs in found.items() if theirs}


def _is_issue(column: str, volumes: list[str], columns: tuple[str, ...]) -> bool:
    """Whether a column holds issues, not row numbers: "No" needs a volume right before it, "Number" one anywhere."""
    name = _letters(column)
    if name in _NUMBERS:
        at = columns.index(column)
        return at > 0 and columns[at - 1] in volumes
    return name not in _ROW_NUMBERS or bool(volumes)


def _with_numbered(named: list[str], columns: tuple[str, ...]) -> list[str]:
    """The columns, the first followed by those that differ from it only in a number: "Author 1", "Author 2"."""
    first = _letters(named[0]) if named else ""
    return [*(c for c in columns if first and _letters(c) == first), *named[1:]]


def are_numbered(columns: list[str]) -> bool:
    """Whether the first two columns differ only in a number."""
    return len({_letters(column) for column in columns[:2]}) == 1 < len(columns)


@lru_cache(10_000)
def column_of(name: str) -> str | None:
    """The column of ours that a name alone stands for, the likeliest if there are several; None if there is none."""
    return min(_KNOWN.get(_letters(name), []), default=(0, None, ""))[1]


@lru_cache(10_000)
def inner_name(outer: str, name: str) -> str | None:
    """The dotted name of a value inside an object, if it is a name of one of our columns; else None."""
    dotted = f"{outer}.{name}"
    return dotted if _letters(_AROUND.sub("", dotted)) in _KNOWN else None


def _letters(column: str) -> str:
    """The name in lower case, letters only, without accents; two characters stay as they are."""
    plain = column.strip().lower()
    if not plain.isascii():
        plain = normalize("NFC", _ACCENTS.sub("", normalize("NFKD", plain)))
    return plain if len(plain) == 2 else re.sub(r"[\W\d_]+", "", plain)
