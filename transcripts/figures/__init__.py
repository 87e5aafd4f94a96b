"""Numbers said in words, as one would write them: a layer over the transcript, which itself keeps what was said.

"sto dwadzieścia dwa tysiące złotych" -> "122 000 zł", "artykuł dwudziesty ustęp jeden" -> "art. 20 ust. 1". Quotes are
checked against the spoken text; this is for reading. In doubt words stay words: a wrong figure is worse than none.
"""

from transcripts.figures.reading import Written, in_figures, lines_in_figures, scaled_decimals, written, written_lines

__all__ = ["Written", "in_figures", "lines_in_figures", "scaled_decimals", "written", "written_lines"]
