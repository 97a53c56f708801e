# SPDX-License-Identifier: 0BSD
import socket

s = socket.socket()  # @wait # @dial
