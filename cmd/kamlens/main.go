// Command kamlens turns the interaction, billing and survey data of key customers into the KPIs of the service
// rulebooks, shows them on a dashboard, and writes the reports of management and HR.
//
// This package wires the rooms of the house together: one file per command, no arithmetic and no SQL. Data goes to
// standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data refused or a
// blocking check failed, 4 warehouse busy.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, time.Now)
	stop()
	os.Exit(code) //nolint:gocritic // stop was called
}

// run executes one command line and returns its exit code; tests call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, now func() time.Time) int {
	syscall.Umask(0o077) // the libraries make databases, their logs and what they spill: all of it is about customers
	a := &app{stdout: stdout, stderr: stderr, now: now, args: args}
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		a.say("cli.interrupted")
		return 1
	}
	return a.report(err)
}
