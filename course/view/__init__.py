"""From model to picture and text: pure functions, the same arguments give the same bytes."""
