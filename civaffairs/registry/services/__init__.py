"""Acts on the registry: one function per act, each with its gate, its check and its audit event."""
