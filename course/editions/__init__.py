"""Other forms of the same lessons: slides, a static site, a lesson on a projector with live widgets, an assignment.

All are made from the notebooks as they are stored; nothing is executed but by the lecture and by the autograder.
"""
