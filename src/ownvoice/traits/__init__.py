"""What a voice is made of, for every engine: record, numbers, timbre, expression, and how they are measured."""
