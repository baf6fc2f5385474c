"""Pure: what a page says, in other forms: pictures, feeds, files. Reads no database."""
