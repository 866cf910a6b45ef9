"""Why is it broken? What lines of logs mean, and what they have to do with what the checks found. Pure."""
