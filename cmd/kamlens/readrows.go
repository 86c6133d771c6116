package main

import (
	"context"
	"os"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/kamlens/kamlens/ingest"
)

// newReadRowsCommand is the process in which files are parsed under limits. Nobody types it.
func newReadRowsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "read-rows",
		Short:  "在受限进程中读取文件 · read a file within limits, for other commands",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE:   func(cmd *cobra.Command, _ []string) error { return ingest.ServeRows(cmd.InOrStdin(), a.stdout) },
	}
}

// reader starts this program as the process in which files are parsed.
func reader(ctx context.Context) *exec.Cmd {
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	c := exec.CommandContext(ctx, path, "read-rows")
	c.Args[0] = "kamlens" // the tests' binary is this program only by that name
	return c
}
