"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = -3.56
WEIGHTS = {
    "one_sided": -2.76,
    "nouns": -1.09,
    "verbs": -0.34,
    "adjectives": -2.87,
    "covered": -1.34,
    "covered_but": -2.01,
    "synonyms": 2.61,
    "typos": 5.09,
    "kin": 0.98,
    "asks_alike": 0.77,
    "asks_other": -0.20,
    "only_asks_other": -3.94,
    "only_persons": -6.46,
    "only_tense": -2.26,
    "length": 2.31,
    "whole": -4.73,
    "left": -4.10,
}
