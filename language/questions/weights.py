"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = -3.10
WEIGHTS = {
    "one_sided": -2.79,
    "nouns": -1.30,
    "verbs": -0.41,
    "adjectives": -2.94,
    "covered": -0.79,
    "covered_but": -1.86,
    "synonyms": 2.43,
    "typos": 5.14,
    "kin": 0.60,
    "asks_alike": 0.87,
    "asks_other": -0.14,
    "only_asks_other": -4.02,
    "only_persons": -5.90,
    "only_tense": -2.39,
    "only_numbers": -8.26,
    "length": 2.20,
    "whole": -6.94,
    "left": -4.26,
}
