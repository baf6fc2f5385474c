"""Where citizens write, follow and keep their requests."""

from django.urls import path

from ..views import (
    following,
    requester_account,
    requester_annotate,
    requester_choose,
    requester_clock,
    requester_compose,
    requester_confirm,
    requester_describe,
    requester_further,
    requester_requests,
    requester_take_back,
)

app_name = "requester"
urlpatterns = [
    path("new", requester_choose.choose, name="choose"),
    path("authorities.json", requester_choose.authority_search, name="authority_search"),
    path("new/similar", requester_compose.similar, name="similar_while_writing"),
    path("new/private-way", requester_compose.private_way, name="private_way"),
    path("new/draft/<int:number>/private", requester_compose.private, name="private"),
    path("new/draft/<int:number>/preview", requester_compose.preview, name="preview"),
    path("new/draft/<int:number>/discard", requester_compose.discard, name="discard"),
    path("new/<slug:slug>", requester_compose.write, name="write"),
    path("new/<slug:slug>/autosave", requester_compose.autosave, name="autosave"),
    path("confirm/<str:key>/", requester_confirm.confirm, name="confirm"),
    path("request/<slug:slug>/sent", requester_confirm.sent, name="sent"),
    path("my/requests/", requester_requests.my_requests, name="requests"),
    path("my/account/", requester_account.account, name="account"),
    path("my/name/", requester_account.name, name="name"),
    path("request/<slug:slug>/follow-up", requester_further.follow_up, name="follow_up"),
    path("request/<slug:slug>/follow-up/autosave", requester_further.autosave, name="follow_up_autosave"),
    path("request/<slug:slug>/follow-up/preview", requester_further.preview, name="follow_up_preview"),
    path("request/<slug:slug>/withdraw", requester_further.withdraw, name="withdraw"),
    path("request/<slug:slug>/take-back", requester_take_back.take_back, name="take_back"),
    path("request/<slug:slug>/describe/<int:number>", requester_describe.describe, name="describe"),
    path("request/<slug:slug>/fee-paid", requester_clock.fee_paid, name="fee_paid"),
    path("request/<slug:slug>/do-not-agree", requester_clock.do_not_agree, name="do_not_agree"),
    path("request/<slug:slug>/next", requester_describe.next_steps, name="next_steps"),
    path("request/<slug:slug>/annotate", requester_annotate.annotate, name="annotate"),
    path("request/<slug:slug>/follow", following.follow_request, name="follow"),
    path("request/<slug:slug>/unfollow", following.unfollow_request, name="unfollow"),
    path("body/<slug:slug>/follow", following.follow_authority, name="follow_authority"),
    path("body/<slug:slug>/unfollow", following.unfollow_authority, name="unfollow_authority"),
    path("my/following/", following.my_following, name="following"),
    path("my/following/read", following.mark_read, name="mark_read"),
    path("my/following/<int:number>", following.change, name="change_follow"),
    path("unsubscribe/<str:token>", following.unsubscribe, name="unsubscribe"),
]
