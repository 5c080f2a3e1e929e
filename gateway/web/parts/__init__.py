"""What pages are made of: the frame, tasks as lines, forms, words."""
