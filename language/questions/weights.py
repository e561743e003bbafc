"""What `asks_same` gives its features: fitted by training/same_question.py, which writes this file."""

BIAS = 3.305
WEIGHTS = {
    "both": -0.279,
    "one_sided": -1.507,
    "replaced": -0.300,
    "nouns": -0.489,
    "verbs": 0.708,
    "nouns_added": 0.408,
    "verbs_added": 1.119,
    "shared": -0.480,
    "voice": -0.717,
    "described": 0.765,
    "how": 0.782,
    "specified": -0.291,
    "named": 0.907,
    "kin": 0.712,
    "typos": 1.770,
    "synonyms": 1.481,
    "reworded": 3.331,
    "asks_none": -0.548,
    "asks_alike": -0.279,
    "asks_other": -2.719,
    "whole": -3.435,
    "core": -1.246,
    "left": -3.560,
    "added": -2.819,
}
