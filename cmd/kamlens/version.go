package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// The Makefile sets these from git; a plain go build reports what the toolchain recorded.
var buildVersion, buildCommit, buildDate string //nolint:gochecknoglobals // the linker writes them

// version returns the release, for the stamp of snapshots and documents.
func version() string {
	if buildVersion != "" {
		return buildVersion
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// origin returns the commit that the program was built from and the commit's day; empty: not known.
func origin() (commit, date string) {
	if buildCommit != "" {
		return buildCommit, buildDate
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", ""
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			date, _, _ = strings.Cut(s.Value, "T")
		}
	}
	return commit, date
}

func newVersionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "版本 · print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			parts := []string{"kamlens", version()}
			commit, date := origin()
			for _, p := range []string{commit, date} {
				if p != "" {
					parts = append(parts, p)
				}
			}
			parts = append(parts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
			_, err := fmt.Fprintln(a.stdout, strings.Join(parts, " "))
			return err
		},
	}
}
