"""Makes what an office installs: a Windows setup, a portable folder, a Debian package."""
