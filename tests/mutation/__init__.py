"""Files of forms never seen before, made from a seed with their truth, and a judge of what was read from them."""
