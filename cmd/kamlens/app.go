package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/store"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// app is what every command shares: the streams, the clock and the global flags.
type app struct {
	stdout, stderr io.Writer
	now            func() time.Time

	configPath string // --config
	langFlag   string // --lang
	verbose    bool   // --verbose
	args       []string

	loaded *config.Config
}

// config loads the configuration file, once.
func (a *app) config() (config.Config, error) {
	if a.loaded == nil {
		c, err := config.Load(a.configPath)
		if err != nil {
			return config.Config{}, err
		}
		a.loaded = &c
	}
	return *a.loaded, nil
}

// lang is the language to speak: the flag, else the configuration's, else that of the environment, else Chinese.
func (a *app) lang() text.Lang {
	flag := a.langFlag
	if flag == "" {
		flag = langArgument(a.args) // a complaint about the command line comes before the flags are read
	}
	if l, ok := text.Parse(flag); ok && flag != "" {
		return l
	}
	c := a.loaded
	if c == nil {
		if read, err := config.Load(a.configPath); err == nil { // what is wrong with it is said by the commands that need it
			c = &read
		}
	}
	if c != nil && c.NamesLanguage() {
		return c.Lang()
	}
	return ofEnvironment()
}

// ofEnvironment is the language of the locale for messages, Chinese where it names neither language.
func ofEnvironment() text.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the first that is set holds
		if locale := os.Getenv(name); locale != "" {
			l, _ := text.OfLocale(locale)
			return l
		}
	}
	return text.ZH
}

// langArgument finds the value of --lang in a command line that was not parsed; empty: it is not there.
func langArgument(args []string) string {
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--lang="); ok {
			return v
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// say writes one message of the catalogue to standard error.
func (a *app) say(key string, args ...any) {
	fmt.Fprintln(a.stderr, a.lang().T(key, args...))
}

// report says what went wrong, in the user's language, and returns the exit code.
func (a *app) report(err error) int {
	if err == nil {
		return 0
	}
	if usage, ok := errors.AsType[usageError](err); ok {
		a.say("cli.usage", usage.Error())
		return 2
	}
	fmt.Fprintln(a.stderr, fault.Text(a.lang(), err))
	return fault.ExitCode(err)
}

// usageError is a wrong command line, as cobra words it.
type usageError struct{ error }

// options are the limits of the engine for this configuration.
func engineOptions(c config.Config) warehouse.Options {
	return warehouse.Options{MemoryLimit: c.MemoryLimit, Threads: c.Threads, TempDir: c.Dir("tmp")}
}

// withStore opens the application state for the length of f.
func (a *app) withStore(ctx context.Context, f func(config.Config, *store.Store) error) error {
	c, err := a.config()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, c.StorePath())
	if err != nil {
		return err
	}
	return errors.Join(f(c, s), s.Close())
}

// withDoor opens the door to the published snapshot for the length of f.
func (a *app) withDoor(ctx context.Context, f func(config.Config, *kpi.Door) error) error {
	return a.withStore(ctx, func(c config.Config, s *store.Store) error {
		door, err := openDoor(ctx, c, s)
		if err != nil {
			return err
		}
		return errors.Join(f(c, door), door.Close())
	})
}

// openDoor opens the door to the published snapshot.
func openDoor(ctx context.Context, c config.Config, s *store.Store) (*kpi.Door, error) {
	current, err := s.Current(ctx)
	if err != nil {
		return nil, err
	}
	return kpi.Open(ctx, filepath.Join(c.Dir("snapshots"), current.Snapshot), engineOptions(c))
}
