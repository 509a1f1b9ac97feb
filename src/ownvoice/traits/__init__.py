"""The traits of voices, for every engine: record, embedding, timbre, expression, and their measurement."""
