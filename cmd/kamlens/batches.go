package main

import (
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/people"
	"github.com/kamlens/kamlens/internal/text"
)

func newBatchesCommand(a *app) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "batches",
		Short: "批次 · list what was loaded, and what was taken back",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, err := writerOf(format)
			if err != nil {
				return err
			}
			c, err := a.config()
			if err != nil {
				return err
			}
			list, err := ingest.Batches(cmd.Context(), c, a.lang())
			if err != nil {
				return err
			}
			if format == "json" {
				return a.writeJSON(append([]ingest.Batch{}, list...)) // an empty list is no null
			}
			if format == "csv" {
				return write(a.stdout, batchesCSV(list))
			}
			return write(a.stdout, batchesTable(a.lang(), list))
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, json, csv")
	return c
}

// batchesTable lays the ledger out for people.
func batchesTable(l text.Lang, list []ingest.Batch) sheet {
	t := sheet{text: 3}
	for _, key := range []string{"id", "source", "feed", "rows", "loaded", "closed", "rejected", "received", "state", "file"} {
		t.head = append(t.head, l.T("batches."+key))
	}
	for _, b := range list {
		state := l.T("batches.state." + b.State)
		if b.State != ingest.Active {
			state = l.T("batches.state."+b.State, b.UndoneBy)
		}
		what := filepath.Base(b.File)
		switch who := people.Signature(b.By, b.ByName); {
		case b.Kind != "load":
			what = l.T("batches.retraction", b.Replaces, who, b.Reason)
		case b.By != "":
			what = l.T("batches.corrected", what, who)
		}
		t.rows = append(t.rows, []string{strconv.FormatInt(b.ID, 10), b.Source, b.Feed, number(b.Read), number(b.Loaded),
			number(b.Closed), number(b.Rejected), b.ReceivedAt, state, what})
	}
	return t
}

// batchesCSV lays the ledger out for programs.
func batchesCSV(list []ingest.Batch) sheet {
	t := sheet{text: 5, head: []string{"id", "kind", "source", "feed", "file", "rows", "loaded", "unchanged", "superseded", "closed",
		"rejected", "filtered", "listed_on", "received", "state", "replaces", "undone_by", "by", "by_name", "reason"}}
	for _, b := range list {
		t.rows = append(t.rows, []string{strconv.FormatInt(b.ID, 10), b.Kind, b.Source, b.Feed, b.File, number(b.Read),
			number(b.Loaded), number(b.Unchanged), number(b.Superseded), number(b.Closed), number(b.Rejected), number(b.Filtered),
			b.ListedOn, b.ReceivedAt, b.State, numberOrNone(b.Replaces), numberOrNone(b.UndoneBy), text.Cell(b.By), text.Cell(b.ByName), b.Reason})
	}
	return t
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// numberOrNone leaves the number of no batch empty.
func numberOrNone(n int64) string {
	if n == 0 {
		return ""
	}
	return number(n)
}
