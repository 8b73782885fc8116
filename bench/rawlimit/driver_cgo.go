//go:build cgosqlite

package main

import _ "github.com/mattn/go-sqlite3" // SQLite itself, through cgo

const (
	driver  = "sqlite3"
	options = "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_txlock=immediate"
)
