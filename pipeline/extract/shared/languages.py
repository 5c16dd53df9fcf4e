"""Two-letter codes (ISO 639-1) for languages as sources name them."""

import re
from functools import lru_cache

#: The two-letter code, then what else sources write: three-letter codes (ISO 639-2, both kinds) and names, most of them
#: English.
_NAMES = """
af afr afrikaans|am amh amharic|ar ara arabic|az aze azerbaijani|be bel belarusian|bg bul bulgarian|bn ben bengali|bs bos bosnian|ca cat catalan
cs cze ces czech|cy wel cym welsh|da dan danish|de ger deu german deutsch ngerman|el gre ell greek|en eng english usenglish ukenglish|eo epo esperanto|es spa spanish castilian español
et est estonian|eu baq eus basque|fa per fas persian farsi|fi fin finnish|fr fre fra french français|ga gle irish|gl glg galician|he heb hebrew|hi hin hindi
hr hrv scr croatian|hu hun hungarian|hy arm hye armenian|id ind indonesian|is ice isl icelandic|it ita italian|ja jpn japanese|ka geo kat georgian|kk kaz kazakh
km khm khmer|ko kor korean|ky kir kyrgyz|la lat latin|lo lao|lt lit lithuanian|lv lav latvian|mk mac mkd macedonian|mn mon mongolian|ms may msa malay
my bur mya burmese|nb nob|ne nep nepali|nl dut nld dutch flemish|nn nno|no nor norwegian|pl pol polish|pt por portuguese português|ro rum ron romanian moldavian
ru rus russian|si sin sinhala|sk slo slk slovak|sl slv slovenian slovene|sq alb sqi albanian|sr srp scc serbian|sv swe swedish|sw swa swahili|ta tam tamil
te tel telugu|th tha thai|tr tur turkish|uk ukr ukrainian|ur urd urdu|uz uzb uzbek|vi vie vietnamese|zh chi zho chinese mandarin 中文
"""
_CODES = {name: names.split()[0] for names in re.split(r"[|\n]", _NAMES.strip()) for name in names.split()}


@lru_cache(4_096)
def language_code(text: str) -> str | None:
    """The code of the first language that a text names; None if it names no known one.

    >>> language_code("eng"), language_code("en-US"), language_code("German; English"), language_code("und")
    ('en', 'en', 'de', None)
    """
    return next((code for word in re.findall(r"[^\W\d_]+", text[:100].lower()) if (code := _CODES.get(word))), None)
