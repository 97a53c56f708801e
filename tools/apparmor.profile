# SPDX-License-Identifier: GPL-3.0-or-later
# Lets socktutor make user namespaces: it gives each lesson a private network in one. Nothing else is limited or allowed.
abi <abi/4.0>,
include <tunables/global>

profile socktutor @PROGRAM@ flags=(unconfined) {
  userns,

  include if exists <local/socktutor>
}
