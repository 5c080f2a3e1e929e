"""A virtual home, as one process: a patient with a cuff, a scale and a glucometer, and the radio they use."""
