"""Links in Markdown: what they lead to, by their addresses and their texts; and text without pictures and emoji."""

import re

from papersieve.checks.publication_columns import LINK_TO_PAPER

#: Pictures, emoji and their codes, which may appear anywhere.
PICTURES = re.compile(r"!\[[^\[\]]*\]\([^()\s]*\)|<img[^<>]*>|(?<![\w/]):[a-z_]{3,20}:")
_EMOJI = re.compile(r"[✅➕] ?\d{4}-\d{2}-\d{2}|[\u23e9-\u23fa\u2600-\u27bf\u2b50\U0001f000-\U0001faff\ufe0f\u200d]")
#: Texts of links that name what they lead to and are not titles.
LABEL = re.compile(
    r"(?:\W|<kbd>)*(?:(?:the |download |full )?(?:paper|pdf|(?:ar|bior|medr)xiv|abs|html|preprint|code|github|project(?: ?page)?|page|website|homepage|link|demo|video|slides|poster|blog|data(?:set)?|survey|"
    r"model|weights|bib(?:tex)?|doi|review|openreview|supp(?:lement(?:ary|al)?)?|hf|hugging ?face|authors?|abstract|summary|tl;?dr|(?:google )?scholar|cite|colab|notebook|date|published|venue|journal|tags|"
    r"keywords|论文|代码|项目|链接|作者|摘要|时间|日期|页面|主页|原文|全文|論文|コード|リンク|ページ|논문|코드|링크|페이지|원문|초록)s?(?:\W|</kbd>)*){1,3}",
    re.IGNORECASE,
)
#: A PDF that lies beside the list.
_BESIDE = r"[^()\s#:]{1,300}\.pdf\)"
PAPER_LABEL = re.compile(
    rf"\[{{1,2}}\W{{0,3}}(?:paper|pdf|arxiv(?:[:\s]+[\w./-]+)?|abs|preprint|论文)\W{{0,3}}\]{{1,2}}\((?:https?://|{_BESIDE})",
    re.IGNORECASE,
)
#: A link, also inside further brackets.
LINK = re.compile(rf"\[{{1,2}}([^\[\]]{{0,1000}})\]{{1,2}}\((https?://[^)\s]{{1,1000}}|(?={_BESIDE})[^)]+)\)\]{{0,2}}")
_TO_FILE = re.compile(rf"\]\({_BESIDE}")
URL = re.compile(r"https?://[^\s)>\]\"`·|{}]+")
#: The address of a paper; not one of Hugging Face's lists.
PAPER_URL = re.compile(rf"(?i)https?://(?!huggingface\.co/papers(?!/\d{{4}}\.))\S{{0,200}}?(?:{LINK_TO_PAPER[4:]})")
BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)


def without_signs(text: str) -> str:
    """The text without emoji and pictures, such as badges that show a repository's stars."""
    if "![" in text or "<img" in text or text.count(":") > text.count("://"):
        text = PICTURES.sub("", text)
    return text if text.isascii() else _EMOJI.sub("", text)


def addresses(text: str) -> list[str]:
    """The addresses in a text, without punctuation behind them."""
    return [url.rstrip(".,;*'") for url in URL.findall(text)]


def leads_to_paper(text: str) -> bool:
    """Whether a link in a text leads to a paper, judged by its address or its label."""
    found = any(map(PAPER_URL.match, URL.findall(text)))
    return found or bool(PAPER_LABEL.search(text) or _TO_FILE.search(text))
