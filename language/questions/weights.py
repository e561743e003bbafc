"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = 2.994
WEIGHTS = {
    "both": -0.477,
    "one_sided": -1.764,
    "replaced": -0.108,
    "nouns": -0.152,
    "verbs": 0.961,
    "nouns_added": 0.644,
    "verbs_added": 1.283,
    "shared": 0.138,
    "voice": -0.536,
    "described": 0.739,
    "how": 0.975,
    "specified": -0.268,
    "named": 0.601,
    "kin": 0.723,
    "typos": 1.985,
    "synonyms": 1.804,
    "asks_none": -0.694,
    "asks_alike": -0.188,
    "asks_other": -2.726,
    "whole": -4.632,
    "core": 0.061,
    "left": -4.318,
    "added": -4.279,
}
