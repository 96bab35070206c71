"""Files in, claims out: reading is dumb, checking is pure, publishing happens in one place."""
