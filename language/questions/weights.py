"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = 3.363
WEIGHTS = {
    "both": -0.609,
    "one_sided": -2.760,
    "replaced": 0.004,
    "nouns": -0.105,
    "verbs": 1.154,
    "nouns_added": 0.575,
    "verbs_added": 1.578,
    "shared": -0.495,
    "kin": 1.018,
    "typos": 1.978,
    "synonyms": 1.540,
    "asks_none": -0.245,
    "asks_alike": -0.133,
    "asks_other": -3.231,
    "whole": -4.276,
    "left": -4.471,
}
