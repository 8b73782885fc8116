//go:build !cgosqlite

package main

import _ "modernc.org/sqlite" // the driver the program uses

const (
	driver  = "sqlite"
	options = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
)
