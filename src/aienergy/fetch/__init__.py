"""Download the files of declared sources. No stage: the build never reads from the network."""
