#!/usr/bin/python3
"""The smallest WebKitGTK browser that WebKitWebDriver can drive, with a profile that is kept.

WebKit offers no origin private file system in ephemeral sessions, and those are all that GTK's own test browser has
under automation. Environment: FILESYNC_WEBKIT_PROFILE, the profile's folder; none means a private window.
"""

import os
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

# Shipped by Safari, still off by default in this port.
FEATURES = ("FileSystem", "AccessHandle", "FileSystemWritableStream", "StorageAPI", "StorageAPIEstimate")


def website_data(profile):
    if not profile:
        return WebKit2.WebsiteDataManager.new_ephemeral()
    return WebKit2.WebsiteDataManager(
        base_data_directory=os.path.join(profile, "data"),
        base_cache_directory=os.path.join(profile, "cache"),
    )


def page_settings():
    settings = WebKit2.Settings()
    every = WebKit2.Settings.get_all_features()
    for feature in (every.get(at) for at in range(every.get_length())):
        if feature.get_identifier() in FEATURES:
            settings.set_feature_enabled(feature, True)
    return settings


def main():
    context = WebKit2.WebContext(
        website_data_manager=website_data(os.environ.get("FILESYNC_WEBKIT_PROFILE"))
    )
    context.set_automation_allowed(True)
    settings = page_settings()

    def open_view(_session):
        view = WebKit2.WebView(web_context=context, settings=settings, is_controlled_by_automation=True)
        window = Gtk.Window(default_width=1280, default_height=800)
        window.add(view)
        window.show_all()
        view.connect("close", lambda *_: window.destroy())
        return view

    def on_automation(_context, session):
        info = WebKit2.ApplicationInfo()
        info.set_name("WebKitGTK")
        info.set_version(
            WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version()
        )
        session.set_application_info(info)
        session.connect("create-web-view", open_view)

    context.connect("automation-started", on_automation)
    Gtk.main()


if __name__ == "__main__":
    sys.exit(main())
