"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = 3.246
WEIGHTS = {
    "both": -0.262,
    "one_sided": -1.512,
    "replaced": 0.001,
    "nouns": -0.242,
    "verbs": 0.757,
    "nouns_added": 0.531,
    "verbs_added": 1.165,
    "shared": -0.543,
    "voice": -0.609,
    "described": 0.799,
    "how": 0.875,
    "specified": -0.290,
    "named": 0.698,
    "kin": 0.676,
    "typos": 1.650,
    "synonyms": 1.455,
    "asks_none": -0.462,
    "asks_alike": -0.096,
    "asks_other": -2.368,
    "whole": -3.432,
    "core": -0.192,
    "left": -4.387,
    "added": -4.117,
}
