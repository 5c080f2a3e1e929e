"""The hub's controller on hci_vhci, and the air around it, with what bumble 0.0.236 leaves out.

Packets go by connection (the hub has a public address, its peers random ones), LE Create Connection Cancel
is answered, a reset drops the links, duplicates are filtered while scanning, and a link can be lost without
a word.
"""

from __future__ import annotations

import asyncio

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.hci import Address, HCI_ErrorCode
from bumble.link import LocalLink

SUPERVISION_TIMEOUT = 0x08
REMOTE_POWER_OFF = 0x15


class Air(LocalLink):
    """Carries what controllers send to each other."""

    def __init__(self) -> None:
        LocalLink.__init__(self)

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        if transport != PhysicalTransport.LE:
            super().send_acl_data(sender_controller, destination_address, transport, data)
            return
        connection = sender_controller.le_connections.get(destination_address)
        peer = self.find_le_controller(destination_address)
        if connection is not None and peer is not None:
            loop = asyncio.get_running_loop()
            loop.call_soon(peer.on_link_acl_data, connection.self_address, transport, data)


class HubController(Controller):
    """The adapter of the hub."""

    _reported: set[tuple[bytes, bytes]]

    def on_hci_reset_command(self, command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        for connection in list(self.le_connections.values()):
            connection.send_ll_control_pdu(ll.TerminateInd(REMOTE_POWER_OFF))
            self.le_connections.pop(connection.peer_address, None)
        self.pending_le_connection = None
        self.le_scan_enable = False
        del command
        return hci.HCI_StatusReturnParameters(HCI_ErrorCode.SUCCESS)

    def on_hci_le_create_connection_cancel_command(
        self, command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        del command
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        cancelled = hci.HCI_LE_Connection_Complete_Event(
            status=HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, cancelled)
        return hci.HCI_StatusReturnParameters(HCI_ErrorCode.SUCCESS)

    def on_hci_le_set_scan_enable_command(
        self, command: hci.HCI_LE_Set_Scan_Enable_Command
    ) -> hci.HCI_StatusReturnParameters:
        self._reported = set()
        return super().on_hci_le_set_scan_enable_command(command)

    def on_advertising_pdu(self, pdu: ll.AdvInd | ll.AdvExtInd) -> None:
        scans = self.le_scan_enable
        if scans and self.filter_duplicates:
            heard = bytes(pdu.advertiser_address), bytes(pdu.data)
            self.le_scan_enable = heard not in self._reported
            self._reported.add(heard)
        try:
            super().on_advertising_pdu(pdu)
        finally:
            self.le_scan_enable = scans

    def lose(self, address: Address) -> None:
        """The link to `address` breaks without a word, on both sides."""
        connection = self.le_connections.get(address)
        if connection is None:
            return
        peer = self.link.find_le_controller(address)
        theirs = peer.le_connections.get(connection.self_address) if peer is not None else None
        self.on_le_disconnected(connection, SUPERVISION_TIMEOUT)
        if peer is not None and theirs is not None:
            peer.on_le_disconnected(theirs, SUPERVISION_TIMEOUT)
