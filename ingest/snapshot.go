package ingest

import (
	"github.com/kamlens/kamlens/internal/feed"
)

// presumed is the column of dated feeds with the first day that is known rather than presumed: NULL where all are.
const presumed = "presumed_until"

// listedOn is the column of the tables of lists with the day that a list speaks of.
const listedOn = "listed_on"

// listing is the feed of the lists of the present state that are loaded into f: what the program works out is not in
// it, and the day of the list is part of its key.
func listing(f feed.Feed) feed.Feed {
	out := feed.Feed{Name: listingName(f), Title: f.Title}
	for _, k := range f.Key {
		if k != f.From {
			out.Key = append(out.Key, k)
		}
	}
	for _, c := range f.Columns {
		if c.Name != f.From && c.Name != f.To && c.Name != "updated_at" {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// listingName is the table that keeps the lists of a dated feed as they arrived.
func listingName(f feed.Feed) string { return f.Name + "_listed" }

// listingDDL brings that table up to date. Rows of unknown are known to be on the list, but not with what content.
func listingDDL(f feed.Feed, have map[string]map[string]bool) []string {
	t := listing(f)
	t.Columns = append(t.Columns, feed.Column{Name: listedOn, Type: feed.Date}, feed.Column{Name: "unknown", Type: feed.Bool})
	return tableDDL(t, have[t.Name])
}
