"""The Textual app: screens, widgets and styles. No SQL, no policy: a screen asks the desk and paints what it gets."""
