"""What pages are made of: the frame, tasks as lines and cards, forms, words."""
