package page

// icons are drawn on a 20 × 20 grid in one stroke; each is one path.
func iconPath(name string) string {
	switch name {
	case "alert":
		return "M10 2.5 18 17H2zM10 8v4M10 14.5h.01"
	case "book":
		return "M4 3.5h9a3 3 0 0 1 3 3v10H7a3 3 0 0 1-3-3zM4 13.500a3 3 0 0 1 3-3h9"
	case "box":
		return "M3 6.500 10 3l7 3.500v7L10 17l-7-3.500zM3 6.500 10 10l7-3.500M10 10v7"
	case "calendar":
		return "M3.500 4.500h13v12h-13zM3.500 8h13M7 3v3M13 3v3"
	case "chart":
		return "M3 17h14M5.500 14V9M10 14V4M14.500 14v-7"
	case "chat":
		return "M3 4h14v10H9l-4 3v-3H3zM6.5 8h7M6.5 10.5h4"
	case "check":
		return "M4 10.5 8.5 15 16.5 5.5"
	case "clock":
		return "M10 3a7 7 0 1 0 .01 0M10 6v4.500l3 1.500"
	case "cross":
		return "M5 5 15 15M15 5 5 15"
	case "doc":
		return "M5 2.500h7l3 3v12H5zM12 2.500v3h3M7.500 9.500h5M7.500 12.500h5"
	case "family":
		return "M7 8.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5M2.500 16.500c0-3 2-5 4.500-5s4.500 2 4.500 5M13.500 9.500a2 2 0 1 0 0-4M14 11.500c2 .2 3.500 2 3.500 4.500"
	case "find":
		return "M9 3.500a5.500 5.500 0 1 0 .01 0M13 13l4 4"
	case "gear":
		return "M10 7a3 3 0 1 0 .01 0M10 2.500v2M10 15.500v2M2.500 10h2M15.500 10h2M4.700 4.700l1.400 1.400M13.900 13.900l1.400 1.400M15.300 4.700l-1.400 1.400M6.100 13.900l-1.400 1.400"
	case "heart":
		return "M10 16.5 3.8 10.3a3.9 3.9 0 0 1 5.5-5.5l.7.7.7-.7a3.9 3.9 0 0 1 5.5 5.500z"
	case "home":
		return "M3 9.500 10 3.500l7 6V17h-5v-4.500H8V17H3z"
	case "horn":
		return "M3.500 8v4h3l6 4V4l-6 4zM15 7.500a4 4 0 0 1 0 5"
	case "list":
		return "M4 3.5h12v13H4zM7 7.5l1 1 2-2M12 7.5h1.500M7 12.5l1 1 2-2M12 12.5h1.500"
	case "lock":
		return "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9"
	case "money":
		return "M3 5h14v10H3zM10 7.500a2.500 2.500 0 1 0 .01 0M5.500 7.500h.01M14.500 12.500h.01"
	case "person":
		return "M10 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 17c0-3.500 2.700-6 6-6s6 2.500 6 6"
	case "phone":
		return "M5 2.5h2.5L9 6.5 7 8a10 10 0 0 0 5 5l1.5-2 4 1.5V15a2.5 2.5 0 0 1-2.5 2.500A12.5 12.5 0 0 1 2.5 5 2.5 2.5 0 0 1 5 2.5"
	case "print":
		return "M6 7V3h8v4M6 14H3.500V7.500h13V14H14M6 11.500h8V17H6z"
	case "question":
		return "M10 3a7 7 0 1 0 .01 0M8 8a2 2 0 1 1 3 1.700c-.7.4-1 .8-1 1.600M10 13.500h.01"
	case "scale":
		return "M10 3v14M6 17h8M4 6h12M4 6l-2 5h4zM16 6l-2 5h4z"
	case "shield":
		return "M10 2.500 16.500 5v5c0 4-3 6.500-6.500 7.500-3.500-1-6.500-3.500-6.500-7.500V5z"
	case "upload":
		return "M10 13V4M6 7.5 10 3.5l4 4M3.5 12.5V16.5h13v-4"
	case "walk":
		return "M11 4.500h.01M8 17l2-5-1.500-4 2.500 1 2.500 2M10 12l3 5M8.500 8 6 11"
	}
	return "M10 5a5 5 0 1 0 .01 0"
}

// Icons lists the names an icon may have, for the gallery and for NavItem.Icon.
func Icons() []string {
	return []string{"alert", "book", "box", "calendar", "chart", "chat", "check", "clock", "cross", "doc", "family", "find",
		"gear", "heart", "home", "horn", "list", "lock", "money", "person", "phone", "print", "question", "scale", "shield",
		"upload", "walk"}
}
