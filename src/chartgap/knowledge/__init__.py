"""Everything declarative: patterns/ and the ICD-10-CM index, validated into one Catalog."""
