package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
)

func newTemplateCommand(a *app) *cobra.Command {
	var format, out string
	var fill bool
	c := &cobra.Command{
		Use:   "template FEED",
		Short: "模板 · write a blank file for one kind of data; --fill: with the current values",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fault.New(fault.Usage, "ingest.template.which", feedNames(a.lang()))
			}
			if format == "" {
				if format = "csv"; strings.EqualFold(filepath.Ext(out), ".xlsx") {
					format = "xlsx"
				}
			}
			data, err := a.template(cmd.Context(), args[0], format, fill)
			if err != nil {
				return err
			}
			if out != "" {
				return os.WriteFile(out, data, 0o600)
			}
			if format == "xlsx" && terminal(a.stdout) != nil {
				return fault.New(fault.Usage, "ingest.template.out")
			}
			_, err = a.stdout.Write(data)
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "", "csv、xlsx，缺省看 --out 的扩展名，否则 csv · csv or xlsx; by default what --out ends in, else csv")
	c.Flags().BoolVar(&fill, "fill", false, "填入现行数据，供更正后再装入 · fill in the current rows, to correct and load again")
	c.Flags().StringVar(&out, "out", "", "写入的文件，缺省为标准输出 · file to write, by default standard output")
	return c
}

// feedNames lists the feeds that there are, each with what it holds.
func feedNames(l text.Lang) string {
	var list []string
	for _, f := range feed.All() {
		if f.Name != feed.Decisions {
			list = append(list, "\n  "+f.Name+"  "+f.Title.In(l))
		}
	}
	return strings.Join(list, "")
}

// template makes a blank or a filled file of a feed.
func (a *app) template(ctx context.Context, feed, format string, fill bool) ([]byte, error) {
	if !fill {
		return ingest.Template(feed, format, a.lang())
	}
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	return ingest.Filled(ctx, c, feed, format, a.lang())
}
