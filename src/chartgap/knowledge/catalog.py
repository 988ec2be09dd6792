"""The Catalog: all that is declarative, validated once and handed to extract and assess."""
