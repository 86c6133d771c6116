// Package ingest loads files, and the rows of databases, into the raw tables of the warehouse: it archives their bytes,
// decodes them, finds the columns of a feed in them, converts every cell to the column's type and stores one batch a file
// in one transaction. The rows of a database become a file first; an inbox hands over files when they are complete.
//
// It promises that nothing is guessed and nothing is dropped silently: a row is stored, unchanged, filtered by the
// source's own condition, or rejected with its line, column, value and what was expected; a file that cannot be
// trusted as a whole is refused and leaves no trace in the tables. It must not know what the rows mean to a KPI, and
// it decides nothing that depends on other feeds (an unknown customer is not a reject here).
package ingest
