"""Thin shells around the views: state in, picture and text out. Only here are ipywidgets and anywidget imported."""
